package io.github.compacter4j.sweep.slurm;

import java.util.List;

/**
 * How this program is started.
 *
 * @param java the command of this process
 * @param options of Java, without the class path
 * @param main the class of the command line
 * @param arguments behind the command and its own: where and with how many threads it computes
 */
public record Program(String java, List<String> options, String main, List<String> arguments) {}
