import com.alibaba.fastjson.JSONArray;
import com.alibaba.fastjson.JSONObject;
import com.volcengine.service.visual.IVisualService;
import com.volcengine.service.visual.impl.VisualServiceImpl;
import io.volccv.bench.client.Auth;
import io.volccv.bench.client.Calls;
import io.volccv.bench.client.Client;
import io.volccv.bench.client.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The vendor's own SDK, used as its examples use it; on a class path of its own. */
public final class VendorSdkClient implements Client {

  private final Target target;
  private final IVisualService visual = VisualServiceImpl.getInstance();
  private final AtomicInteger names = new AtomicInteger();

  public VendorSdkClient(Target target) {
    this.target = target;
    visual.setScheme("http");
    visual.setHost("127.0.0.1:" + target.port());
    visual.setAccessKey(Target.ACCESS_KEY_ID);
    visual.setSecretKey(Target.SECRET_ACCESS_KEY);
  }

  @Override
  public boolean isBlocking() {
    return true;
  }

  @Override
  public void work(Auth auth, Calls calls) {
    try {
      while (calls.begin()) {
        long start = System.nanoTime();
        call();
        calls.end(start);
      }
    } catch (Exception e) {
      calls.fail(e);
    }
  }

  private void call() throws Exception {
    JSONObject request = new JSONObject();
    request.put("req_key", target.reqKey());
    request.put("prompt", Target.PROMPT);
    if (target.payload().hasInput()) {
      JSONArray pictures = new JSONArray();
      pictures.add(Base64.getEncoder().encodeToString(Files.readAllBytes(target.input())));
      request.put("binary_data_base64", pictures);
    }
    JSONObject answer = (JSONObject) visual.cvProcess(request);
    JSONArray texts = answer.getJSONObject("data").getJSONArray("binary_data_base64");
    long bytes = 0;
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      byte[] picture = Base64.getDecoder().decode(texts.getString(i));
      files.add(Files.write(target.folder().resolve("sdk-" + names.incrementAndGet()), picture));
      bytes += picture.length;
    }
    target.requireWhole(files.size(), bytes);
    for (Path file : files) {
      Files.delete(file);
    }
  }

  @Override
  public void close() throws IOException {}
}
