/** A run: its settings, its folder, its result, and who hears how it goes on. */
package io.github.compacter4j.run;
