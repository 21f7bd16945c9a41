/** Methods that train vectors before an input. */
package io.github.compacter4j.methods.prompt;
