/**
 * Ways of adapting a network: a method is a function from an anatomy to a plan. Here are the
 * interface, specs and the registry; the methods themselves stand in the rooms beside.
 */
package io.github.compacter4j.methods;
