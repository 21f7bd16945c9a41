/** What training costs: time and memory of layers, steps, methods and data. */
package io.github.compacter4j.bench;
