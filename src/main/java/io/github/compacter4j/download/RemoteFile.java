package io.github.compacter4j.download;

import java.net.URI;

/**
 * A file to download.
 *
 * @param address where it lies: http or https
 * @param label what messages call it
 * @param name what progress calls it, such as {@code model.safetensors}
 * @param size its bytes, -1 where they are unknown
 * @param sha256 the SHA-256 of its bytes in lower-case hexadecimal digits, empty where unknown
 */
public record RemoteFile(URI address, String label, String name, long size, String sha256) {}
