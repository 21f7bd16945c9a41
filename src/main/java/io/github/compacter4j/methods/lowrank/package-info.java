/** Methods that change what single matrices compute: by factors of low rank, by vectors. */
package io.github.compacter4j.methods.lowrank;
