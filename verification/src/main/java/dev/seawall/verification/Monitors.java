package dev.seawall.verification;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Finds the methods of a class file that take a monitor. */
final class Monitors extends ClassVisitor {

    private final List<String> found = new ArrayList<>();
    private String type = "";

    private Monitors() {
        super(Opcodes.ASM9);
    }

    static List<String> in(Path classFile) {
        try {
            var monitors = new Monitors();
            new ClassReader(Files.readAllBytes(classFile)).accept(monitors, ClassReader.SKIP_DEBUG);
            return monitors.found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void visit(int version, int access, String name, String signature, String parent, String[] interfaces) {
        type = name.replace('/', '.');
    }

    @Override
    public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] thrown) {
        var method = type + "." + name;
        if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
            found.add(method);
        }
        return new MethodVisitor(Opcodes.ASM9) {
            @Override
            public void visitInsn(int opcode) {
                if (opcode == Opcodes.MONITORENTER) {
                    found.add(method);
                }
            }
        };
    }
}
