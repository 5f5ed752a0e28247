package dev.orchestrix.bench.chaos;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Moves the clock of one process: an agent that makes the engine's classes ask {@link ShiftedClock}
 * where they ask the system for the time. The JDK, Vert.x and the clients of the servers go on with
 * the real one, as do timers, which count from the start.
 */
public final class ClockAgent implements ClassFileTransformer {
  private static final String OURS = "dev/orchestrix/";
  private static final ClassDesc CLOCK = ClassDesc.of(ShiftedClock.class.getName());
  private static final ClassDesc INSTANT = ClassDesc.of("java.time.Instant");

  ClockAgent() {}

  /**
   * Called by the JVM before the program.
   *
   * @param file see {@link ShiftedClock#follow}
   */
  public static void premain(String file, Instrumentation jvm) {
    ShiftedClock.follow(Path.of(file));
    jvm.addTransformer(new ClockAgent());
  }

  /** Makes a jar that names this class as an agent; the class itself is on the class path. */
  static Path jarIn(Path folder) {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", ClockAgent.class.getName());
    var jar = folder.resolve("clock-agent.jar");
    try (var _ = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      return jar;
    } catch (IOException e) {
      throw new ChaosException("The agent could not be written: " + e.getMessage(), e);
    }
  }

  @Override
  public byte @Nullable [] transform(
      @Nullable ClassLoader loader,
      String name,
      @Nullable Class<?> old,
      @Nullable ProtectionDomain domain,
      byte[] bytes) {
    if (!name.startsWith(OURS) || name.endsWith("/ShiftedClock")) {
      return null;
    }
    var classFile = ClassFile.of();
    return classFile.transformClass(
        classFile.parse(bytes), ClassTransform.transformingMethodBodies(ClockAgent::moved));
  }

  private static void moved(CodeBuilder code, CodeElement element) {
    if (element instanceof InvokeInstruction call && call.opcode() == Opcode.INVOKESTATIC) {
      if (is(call, "java/lang/System", "currentTimeMillis", "()J")) {
        code.invokestatic(CLOCK, "currentTimeMillis", MethodTypeDesc.of(ConstantDescs.CD_long));
        return;
      }
      if (is(call, "java/time/Instant", "now", "()Ljava/time/Instant;")) {
        code.invokestatic(CLOCK, "now", MethodTypeDesc.of(INSTANT));
        return;
      }
    }
    code.with(element);
  }

  private static boolean is(InvokeInstruction call, String owner, String name, String type) {
    return call.owner().name().equalsString(owner)
        && call.name().equalsString(name)
        && call.type().equalsString(type);
  }
}
