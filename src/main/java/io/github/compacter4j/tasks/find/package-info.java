/** Where the files of tasks are: the forms they exist in, finding, fetching, splitting. */
package io.github.compacter4j.tasks.find;
