package io.github.compacter4j.figures;

import io.github.compacter4j.UserException;
import java.awt.Font;
import java.awt.FontFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * DejaVu Sans, shipped with the program, so that a chart needs no font of the machine's.
 *
 * <p>Java's own logical fonts come from the same two files on Linux: without any installed font a
 * JDK cannot even measure text, unless it is told of a font before it first looks for one. So load
 * this class before drawing; {@link Charts} and {@link ChartStyle} do.
 */
public final class ChartFont {
  /** The JDK reads the list of its logical fonts from the file that this property names. */
  private static final String CONFIGURATION = "sun.awt.fontconfig";

  private static final Path FOLDER = temporaryFolder();
  private static final Path PLAIN_FILE = unpack("DejaVuSans.ttf");
  private static final Path BOLD_FILE = unpack("DejaVuSans-Bold.ttf");

  static {
    offerLogicalFonts();
  }

  /** Read at the first use only, since that starts Java's whole font machinery. */
  private static final class Faces {
    private static final Font PLAIN = load(PLAIN_FILE);
    private static final Font BOLD = load(BOLD_FILE);
  }

  private ChartFont() {}

  /**
   * Makes Java's logical fonts available on a machine without fonts; a second call does nothing.
   */
  public static void prepare() {
    // Loading this class did it.
  }

  /** The regular face; {@code size} in points (one pixel each at scale one). */
  public static Font plain(float size) {
    return Faces.PLAIN.deriveFont(size);
  }

  /** The bold face; {@code size} in points. */
  public static Font bold(float size) {
    return Faces.BOLD.deriveFont(size);
  }

  /** A list of fonts chosen by the user stays; macOS and Windows always have fonts. */
  private static void offerLogicalFonts() {
    if (System.getProperty(CONFIGURATION) == null
        && System.getProperty("os.name").equals("Linux")) {
      System.setProperty(CONFIGURATION, writeConfiguration().toString());
    }
  }

  private static Path writeConfiguration() {
    String plain = "-misc-dejavu sans-medium-r-normal--*-%d-*-*-p-*-iso10646-1";
    String bold = "-misc-dejavu sans-bold-r-normal--*-%d-*-*-p-*-iso10646-1";
    Properties list = new Properties();
    list.setProperty("version", "1");
    list.setProperty("sequence.allfonts", "unicode");
    for (String family :
        new String[] {"dialog", "dialoginput", "sansserif", "serif", "monospaced"}) {
      list.setProperty(family + ".plain.unicode", plain);
      list.setProperty(family + ".italic.unicode", plain);
      list.setProperty(family + ".bold.unicode", bold);
      list.setProperty(family + ".bolditalic.unicode", bold);
    }
    list.setProperty("filename." + plain.replace(' ', '_'), PLAIN_FILE.toString());
    list.setProperty("filename." + bold.replace(' ', '_'), BOLD_FILE.toString());
    Path file = FOLDER.resolve("fontconfig.properties");
    try (OutputStream out = Files.newOutputStream(file)) {
      list.store(out, null);
    } catch (IOException e) {
      throw new UserException("cannot write " + file, e);
    }
    return deletedAtExit(file);
  }

  private static Path temporaryFolder() {
    try {
      return deletedAtExit(Files.createTempDirectory("compacter4j-fonts"));
    } catch (IOException e) {
      throw new UserException("no temporary folder for the chart fonts", e);
    }
  }

  private static Path unpack(String name) {
    Path file = FOLDER.resolve(name);
    try (InputStream in = ChartFont.class.getResourceAsStream(name)) {
      Files.copy(in, file);
    } catch (IOException e) {
      throw new UserException("cannot write " + file, e);
    }
    return deletedAtExit(file);
  }

  private static Path deletedAtExit(Path file) {
    file.toFile().deleteOnExit();
    return file;
  }

  private static Font load(Path file) {
    try {
      return Font.createFont(Font.TRUETYPE_FONT, file.toFile());
    } catch (FontFormatException | IOException e) {
      throw new IllegalStateException("the shipped font " + file + " is unreadable", e);
    }
  }
}
