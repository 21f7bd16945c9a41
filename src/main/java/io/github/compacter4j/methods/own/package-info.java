/** Methods that train a network's own tensors, some of them or in a subspace, or biases. */
package io.github.compacter4j.methods.own;
