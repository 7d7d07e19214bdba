package io.volccv.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.SftpFileSystemAccessor;
import org.apache.sshd.sftp.server.SftpSubsystemProxy;

/** What can be wrong with the files of an SFTP server. */
final class SftpFaults {

  private SftpFaults() {}

  /** After a few bytes there is no more space for pictures. */
  static SftpFileSystemAccessor fullDisk() {
    return new Opened((file, real) -> file.toString().endsWith(".jpg") ? new Full(real) : real);
  }

  /** Pictures are read and written so fast. */
  static SftpFileSystemAccessor slow(int bytesPerSecond) {
    return new Opened(
        (file, real) ->
            file.toString().matches(".*[.](png|jpg)") ? new Slow(real, bytesPerSecond) : real);
  }

  /** {@code fake0.png}, {@code fake1.png} ... are listed under other names. */
  static SftpFileSystemAccessor listing(List<String> names) {
    return new SftpFileSystemAccessor() {
      @Override
      public void putRemoteFileName(
          SftpSubsystemProxy subsystem, Path path, Buffer buffer, String name, boolean shortName)
          throws IOException {
        String shown =
            shortName && name.startsWith("fake")
                ? names.get(Integer.parseInt(name.replaceAll("\\D", "")))
                : name;
        SftpFileSystemAccessor.super.putRemoteFileName(subsystem, path, buffer, shown, shortName);
      }
    };
  }

  @FunctionalInterface
  private interface Change {
    SeekableByteChannel apply(Path file, SeekableByteChannel real);
  }

  private record Opened(Change change) implements SftpFileSystemAccessor {
    @Override
    public SeekableByteChannel openFile(
        SftpSubsystemProxy subsystem,
        FileHandle handle,
        Path file,
        String name,
        Set<? extends OpenOption> options,
        FileAttribute<?>... attributes)
        throws IOException {
      return change.apply(
          file,
          SftpFileSystemAccessor.super.openFile(
              subsystem, handle, file, name, options, attributes));
    }
  }

  private static final class Full extends Delegate {
    Full(SeekableByteChannel real) {
      super(real);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      throw new IOException("No space left on device");
    }
  }

  /** A slow line, not a wait for something. */
  private static final class Slow extends Delegate {
    private final int bytesPerSecond;

    Slow(SeekableByteChannel real, int bytesPerSecond) {
      super(real);
      this.bytesPerSecond = bytesPerSecond;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      return last(super.read(to));
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      return last(super.write(from));
    }

    private int last(int bytes) {
      LockSupport.parkNanos(1_000_000_000L * Math.max(0, bytes) / bytesPerSecond);
      return bytes;
    }
  }

  private static class Delegate implements SeekableByteChannel {
    private final SeekableByteChannel real;

    Delegate(SeekableByteChannel real) {
      this.real = real;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      return real.read(to);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      return real.write(from);
    }

    @Override
    public long position() throws IOException {
      return real.position();
    }

    @Override
    public SeekableByteChannel position(long to) throws IOException {
      real.position(to);
      return this;
    }

    @Override
    public long size() throws IOException {
      return real.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
      real.truncate(size);
      return this;
    }

    @Override
    public boolean isOpen() {
      return real.isOpen();
    }

    @Override
    public void close() throws IOException {
      real.close();
    }
  }
}
