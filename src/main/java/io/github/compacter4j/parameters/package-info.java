/** Counts parameters, from sizes alone and from live models. */
package io.github.compacter4j.parameters;
