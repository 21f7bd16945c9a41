/** The numbers that the paper prints, each with how it is known, and our counts beside them. */
package io.github.compacter4j.paper;
