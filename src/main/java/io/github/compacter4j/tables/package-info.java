/** Files of rows, read strictly: tab-separated and comma-separated columns, JSON lines. */
package io.github.compacter4j.tables;
