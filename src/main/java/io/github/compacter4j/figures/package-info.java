/** Charts that look the same on every machine: one shipped font, one palette, SVG, PDF and PNG. */
package io.github.compacter4j.figures;
