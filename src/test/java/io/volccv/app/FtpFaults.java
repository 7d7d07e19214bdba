package io.volccv.app;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.apache.ftpserver.ftplet.FileSystemFactory;
import org.apache.ftpserver.ftplet.FileSystemView;
import org.apache.ftpserver.ftplet.FtpFile;

/** What can be wrong with the files of an FTP server. */
final class FtpFaults {

  @FunctionalInterface
  private interface Change {
    /** What a file's method is to answer instead of {@code result}. */
    Object apply(FtpFile file, Method method, Object result) throws IOException;
  }

  private FtpFaults() {}

  /** After a few bytes there is no more space for pictures. */
  static FileSystemFactory fullDisk(FileSystemFactory real) {
    return user ->
        view(
            real.createFileSystemView(user),
            (file, method, result) ->
                method.getName().equals("createOutputStream") && file.getName().endsWith(".jpg")
                    ? new Full((OutputStream) result)
                    : result);
  }

  /** {@code fake0.png}, {@code fake1.png} ... are listed under other names. */
  static FileSystemFactory listing(FileSystemFactory real, List<String> names) {
    return user ->
        view(
            real.createFileSystemView(user),
            (file, method, result) ->
                method.getName().equals("getName") && result.toString().startsWith("fake")
                    ? names.get(Integer.parseInt(result.toString().replaceAll("\\D", "")))
                    : result);
  }

  private static FileSystemView view(FileSystemView real, Change change) {
    return proxy(
        FileSystemView.class,
        real,
        (method, args) -> {
          Object result = call(real, method, args);
          return result instanceof FtpFile file ? file(file, change) : result;
        });
  }

  private static FtpFile file(FtpFile real, Change change) {
    return proxy(
        FtpFile.class,
        real,
        (method, args) -> {
          Object result = call(real, method, args);
          if (result instanceof List<?> files) {
            List<FtpFile> changed = new ArrayList<>();
            files.forEach(one -> changed.add(file((FtpFile) one, change)));
            return changed;
          }
          return change.apply(real, method, result);
        });
  }

  @FunctionalInterface
  private interface Call {
    Object run(Method method, Object[] args) throws Throwable;
  }

  /** Knows the real one, which the server's own files ask for. */
  private record Handler(Object real, Call call) implements InvocationHandler {
    @Override
    public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
      return call.run(method, args);
    }
  }

  private static <T> T proxy(Class<T> type, Object real, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, new Handler(real, call)));
  }

  private static Object call(Object real, Method method, Object[] args) throws Throwable {
    if (args != null) {
      for (int i = 0; i < args.length; i++) {
        if (args[i] != null && Proxy.isProxyClass(args[i].getClass())) {
          args[i] = ((Handler) Proxy.getInvocationHandler(args[i])).real();
        }
      }
    }
    try {
      return method.invoke(real, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static final class Full extends OutputStream {
    private final OutputStream out;
    private int space = 1_000;

    Full(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      if (space-- <= 0) {
        throw new IOException("No space left on device");
      }
      out.write(b);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
