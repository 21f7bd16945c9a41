/** Methods that put bottleneck adapters into a network. */
package io.github.compacter4j.methods.adapter;
