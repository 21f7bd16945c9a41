/** Methods that change matrices by factors of low rank. */
package io.github.compacter4j.methods.lowrank;
