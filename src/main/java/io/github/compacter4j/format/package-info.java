/** How tables show: typed columns, and one table as text, Markdown, LaTeX, CSV or HTML. */
package io.github.compacter4j.format;
