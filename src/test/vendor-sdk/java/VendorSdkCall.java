import com.alibaba.fastjson.JSONObject;
import com.volcengine.service.visual.IVisualService;
import com.volcengine.service.visual.impl.VisualServiceImpl;
import java.util.List;

/**
 * A call with the vendor's SDK, as its own examples make it. Run in a JVM of its own, since that SDK brings libraries
 * that must not meet ours. Arguments: host and port, access key, secret key; prints the answer, or the error.
 */
public final class VendorSdkCall {
  public static void main(String[] args) {
    IVisualService visual = VisualServiceImpl.getInstance();
    visual.setScheme("http");
    visual.setHost(args[0]);
    visual.setAccessKey(args[1]);
    visual.setSecretKey(args[2]);
    JSONObject request = new JSONObject();
    request.put("req_key", "high_aes_scheduler_svr_controlnet_v2.0");
    request.put("image_urls", List.of("https://example.com/dog.png"));
    request.put("prompt", "一只狗 & friends");
    request.put("seed", 7);
    request.put("return_url", true);
    try {
      System.out.println("answer " + visual.cvProcess(request));
      System.exit(0);
    } catch (Exception e) {
      System.out.println("error " + e.getMessage());
      System.exit(1);
    }
  }
}
