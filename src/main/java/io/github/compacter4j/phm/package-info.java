/**
 * Parameterized hypercomplex multiplication (PHM) layers and their low-rank form, the idea of
 * Compacter: a weight matrix is a sum of Kronecker products of small matrices.
 */
package io.github.compacter4j.phm;
