/**
 * What all networks have in common: the anatomy (sizes, places, named tensors with roles), the
 * hooks by which a network can be extended, its weights, and plans of what a method inserts and
 * trains. No network knows a method's name, and no method knows a network's.
 */
package io.github.compacter4j.model;
