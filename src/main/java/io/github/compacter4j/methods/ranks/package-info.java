/** Methods of factors whose ranks change while training goes on, by rules for each step. */
package io.github.compacter4j.methods.ranks;
