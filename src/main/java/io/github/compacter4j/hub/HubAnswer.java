package io.github.compacter4j.hub;

/**
 * What the hub answers when asked what a file is.
 *
 * @param status the HTTP status, 200 also where the file lies behind a redirect
 * @param errorCode the hub's own word for an error, empty where it gives none
 * @param commit the commit, empty where it is not told
 * @param etag name of the content, unquoted, empty where it is not told
 * @param size bytes of the file, -1 where they are not told
 */
record HubAnswer(int status, String errorCode, String commit, String etag, long size) {
  boolean found() {
    return status == 200;
  }

  /** No such file, in a repository that is known to exist. */
  boolean isMissingFile() {
    return status == 404 && (errorCode.isEmpty() || errorCode.equals("EntryNotFound"));
  }
}
