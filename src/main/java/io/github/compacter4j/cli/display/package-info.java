/** What a person at a terminal sees beside the answer: progress, mistakes, the end by a signal. */
package io.github.compacter4j.cli.display;
