package io.github.compacter4j.hub;

/**
 * A file as the hub describes it.
 *
 * @param repo its repository
 * @param commit the commit that the branch stands at, 40 hexadecimal digits
 * @param name its name in the repository
 * @param etag name of its content: a SHA-256 for large files, else git's own
 * @param size its bytes, -1 where the hub does not say
 */
record HubFile(String repo, String commit, String name, String etag, long size) {
  /** Whether the etag is the SHA-256 of the content. */
  boolean hasSha256() {
    return etag.matches("[0-9a-f]{64}");
  }

  /** Repository and file, for messages. */
  String label() {
    return repo + "/" + name;
  }
}
