/** Charts that look the same on every machine: one shipped font, one palette, PNG and SVG. */
package io.github.compacter4j.figures;
