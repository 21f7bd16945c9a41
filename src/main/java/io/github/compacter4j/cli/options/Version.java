package io.github.compacter4j.cli.options;

import io.github.compacter4j.torch.Torch;
import picocli.CommandLine;

/** Versions of the toolkit and what it runs on. */
public final class Version implements CommandLine.IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "compacter4j " + (version == null ? "development" : version),
      "libtorch " + Torch.version(),
      "Java " + Runtime.version()
    };
  }
}
