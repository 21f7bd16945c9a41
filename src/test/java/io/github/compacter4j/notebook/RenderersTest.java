package io.github.compacter4j.notebook;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.compacter4j.sweep.Sweep;
import io.github.compacter4j.sweep.TinySweep;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.Renderer;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenderersTest {
  @TempDir Path folder;

  @Test
  void theStatusOfASweepIsATable() {
    Path yaml = TinySweep.yaml(folder, "methods: [bitfit, full]");
    Renderer renderer = new Renderer();
    Renderers.install(renderer);
    DisplayData shown =
        renderer.render(Sweep.of(yaml.toString()).in(folder.resolve("runs")).status());
    String html = shown.getData(MIMEType.TEXT_HTML).toString();
    assertTrue(html.contains("<table") && html.contains("soup/full-s42"), html);
    String text = shown.getData(MIMEType.TEXT_PLAIN).toString();
    assertTrue(text.contains("2 left") && text.contains("soup/bitfit-s42"), text);
  }
}
