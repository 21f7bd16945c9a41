package io.github.compacter4j.run;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What {@code config.json} holds: everything needed to repeat a run.
 *
 * @param model name or folder of the base model
 * @param modelSha256 fingerprint of its tensors
 * @param task the task's name, or the file that defines it
 * @param dataSeed seed of splits and subsets
 * @param maxTrainSamples training rows kept; 0 for all
 * @param data folder of the data; null for the usual places
 * @param spec the method, resolved
 * @param seed seed of initialisation, order and dropout
 * @param precision {@code float32}, or {@code bf16} for frozen matrices in bfloat16
 * @param pooling how an encoder's states become one vector; null for other models
 * @param protocol all settings of training
 */
@JsonInclude
public record RunConfig(
    String model,
    String modelSha256,
    String task,
    long dataSeed,
    int maxTrainSamples,
    String data,
    String spec,
    long seed,
    String precision,
    @JsonInclude(JsonInclude.Include.NON_NULL) String pooling,
    Protocol protocol) {}
