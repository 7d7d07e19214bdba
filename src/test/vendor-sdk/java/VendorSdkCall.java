import com.alibaba.fastjson.JSONObject;
import com.volcengine.service.visual.IVisualService;
import com.volcengine.service.visual.impl.VisualServiceImpl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls with the vendor's SDK, as its own examples make them. Run in a JVM of its own, since that SDK brings libraries
 * that must not meet ours. Arguments: host and port, access key, secret key, a picture. For each call one line: its
 * name, whether it ended in an answer or an exception, the exception's class, and what came, with a tab between them.
 */
public final class VendorSdkCall {
  private static final List<String> FAULTS =
      List.of("rejected", "failing-200", "proxy", "closed", "empty", "half", "no-code", "no-images", "throttled");

  public static void main(String[] args) throws Exception {
    String picture = Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(args[3])));
    IVisualService visual = service(args[0], args[1], args[2]);
    Map<String, Object> text = Map.of("req_key", "high_aes_general_v30l_zt2i", "width", 16, "height", 16);
    Map<String, Object> image = Map.of("req_key", "high_aes_scheduler_svr_controlnet_v2.0", "seed", 7);
    call("text", visual, text, Map.of("prompt", "一只狗 & friends"));
    call("image", visual, image, Map.of("prompt", "a dog", "binary_data_base64", List.of(picture)));
    call("url", visual, image, Map.of("prompt", "a cat", "return_url", true, "image_urls", List.of("https://a.example/b")));
    for (String fault : FAULTS) {
      call(fault, visual, text, Map.of("prompt", fault));
    }
    task("task", visual::cvSync2AsyncSubmitTask, visual::cvSync2AsyncGetResult, text);
    task("native-task", visual::cvSubmitTask, visual::cvGetResult, text);
    call("wrong-secret", service(args[0], args[1], "wrong"), text, Map.of("prompt", "never"));
    call("wrong-key", service(args[0], "AKLTNOBODY", args[2]), text, Map.of("prompt", "never"));
    // The SDK's clients keep threads of their own, which nothing stops.
    System.exit(0);
  }

  private static IVisualService service(String host, String accessKeyId, String secretAccessKey) {
    IVisualService visual = VisualServiceImpl.getInstance();
    visual.setScheme("http");
    visual.setHost(host);
    visual.setAccessKey(accessKeyId);
    visual.setSecretKey(secretAccessKey);
    return visual;
  }

  /** A method of the SDK. */
  private interface Method {
    Object call(Object request) throws Exception;
  }

  /** Submits, and asks until the task has ended; the last answer is printed. */
  private static void task(String name, Method submit, Method result, Map<String, Object> model) throws Exception {
    JSONObject request = request(model, Map.of("prompt", name));
    String id = JSONObject.parseObject(submit.call(request).toString()).getJSONObject("data").getString("task_id");
    JSONObject query = request(Map.of("req_key", model.get("req_key")), Map.of("task_id", id));
    String answer;
    long end = System.nanoTime() + 20_000_000_000L;
    do {
      LockSupport.parkNanos(100_000_000L);
      answer = result.call(query).toString();
    } while (!answer.contains("\"status\":\"done\"") && System.nanoTime() < end);
    System.out.println(name + "\tanswer\t-\t" + answer);
  }

  private static JSONObject request(Map<String, Object> model, Map<String, Object> more) {
    JSONObject request = new JSONObject();
    request.putAll(model);
    request.putAll(more);
    return request;
  }

  private static void call(String name, IVisualService visual, Map<String, Object> model, Map<String, Object> more) {
    JSONObject request = request(model, more);
    String line;
    try {
      line = "answer\t-\t" + visual.cvProcess(request);
    } catch (Exception e) {
      line = "exception\t" + e.getClass().getName() + "\t" + e.getMessage();
    }
    System.out.println(name + "\t" + line.replaceAll("[\r\n]+", " "));
  }
}
