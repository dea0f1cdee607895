// The support bot in Java, on the standard library alone: JSON is read and written by hand, spans go out as OTLP/JSON.
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

public class Bot {
    static final String MODEL = System.getenv("OPENAI_BASE_URL");
    static final String TRAFFIC = MODEL.replaceFirst("/v1$", "/traffic/");
    static final String TELEMETRY = System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT") + "/v1/traces";
    static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    static final SecureRandom RANDOM = new SecureRandom();
    static final List<String> SPANS = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        get(MODEL + "/models"); // opens the connection, so that the first attempt's time is the model's own
        post(TRAFFIC + "begin", "{}");
        for (String next; !(next = post(TRAFFIC + "next", "{}").body()).contains("\"request\":null"); ) {
            post(TRAFFIC + "close", "{\"outcome\":\"" + serve(next) + "\"}");
            if (SPANS.size() >= 50) export();
        }
        export();
    }

    static String serve(String request) throws Exception {
        for (int attempt = 1; attempt <= 3; attempt++) {
            if (ask(request)) return "answered";
            Thread.sleep(100L * attempt);
        }
        return "failed";
    }

    /** Ask the model once, inside a span of its own; tells whether it answered. */
    static boolean ask(String request) throws Exception {
        String model = text(request, "model");
        String prompt = request.substring(request.indexOf("\"prompt\":"));
        String template = text(prompt, "template");
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("gen_ai.operation.name", "chat");
        attributes.put("gen_ai.provider.name", "lumen");
        attributes.put("gen_ai.request.model", model);
        attributes.put("gen_ai.prompt.name", text(prompt, "name"));
        attributes.put("gen_ai.prompt.version", text(prompt, "version"));
        attributes.put("app.prompt.hash", sha256(template));
        String body = "{\"model\":" + quote(model) + ",\"messages\":["
            + "{\"role\":\"system\",\"content\":" + quote(template.replace("{documents}", documents(request))) + "},"
            + "{\"role\":\"user\",\"content\":" + quote(text(request, "question")) + "}]}";
        HttpRequest call = json(MODEL + "/chat/completions", body).timeout(Duration.ofMillis(1500)).build();
        Instant started = Instant.now();
        String error = null;
        try {
            HttpResponse<String> answer = HTTP.send(call, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                attributes.put("gen_ai.response.id", text(answer.body(), "id"));
                attributes.put("gen_ai.response.model", text(answer.body(), "model"));
                attributes.put("gen_ai.response.finish_reasons", List.of(text(answer.body(), "finish_reason")));
                attributes.put("gen_ai.usage.input_tokens", number(answer.body(), "prompt_tokens"));
                attributes.put("gen_ai.usage.output_tokens", number(answer.body(), "completion_tokens"));
            } else {
                error = String.valueOf(answer.statusCode());
            }
        } catch (IOException failure) {
            error = failure.getClass().getName();
        }
        if (error != null) attributes.put("error.type", error);
        SPANS.add(span("chat " + model, started, Instant.now(), attributes, error != null));
        return error == null;
    }

    static String span(String name, Instant start, Instant end, Map<String, Object> attributes, boolean failed) {
        StringJoiner pairs = new StringJoiner(",");
        attributes.forEach((key, value) -> pairs.add("{\"key\":" + quote(key) + ",\"value\":" + value(value) + "}"));
        return "{\"traceId\":\"" + id(16) + "\",\"spanId\":\"" + id(8) + "\",\"name\":" + quote(name) + ",\"kind\":3"
            + ",\"startTimeUnixNano\":\"" + nanos(start) + "\",\"endTimeUnixNano\":\"" + nanos(end) + "\""
            + ",\"attributes\":[" + pairs + "],\"status\":{\"code\":" + (failed ? 2 : 0) + "}}";
    }

    static String value(Object value) {
        if (value instanceof Long) return "{\"intValue\":\"" + value + "\"}";
        if (value instanceof List<?> list) {
            StringJoiner values = new StringJoiner(",");
            list.forEach(one -> values.add(value(one)));
            return "{\"arrayValue\":{\"values\":[" + values + "]}}";
        }
        return "{\"stringValue\":" + quote((String) value) + "}";
    }

    /** Send the spans so far as one batch, packed. */
    static void export() throws Exception {
        String scope = "{\"scope\":{\"name\":\"bot\"},\"spans\":[" + String.join(",", SPANS) + "]}";
        String body = "{\"resourceSpans\":[{\"resource\":{\"attributes\":[]},\"scopeSpans\":[" + scope + "]}]}";
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body.getBytes("UTF-8"));
        }
        HttpRequest batch = HttpRequest.newBuilder(URI.create(TELEMETRY))
            .header("Content-Type", "application/json").header("Content-Encoding", "gzip")
            .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray())).build();
        expectOk(HTTP.send(batch, HttpResponse.BodyHandlers.ofString()));
        SPANS.clear();
    }

    static String get(String address) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
        return expectOk(HTTP.send(request, HttpResponse.BodyHandlers.ofString())).body();
    }

    static HttpResponse<String> post(String address, String body) throws Exception {
        return expectOk(HTTP.send(json(address, body).build(), HttpResponse.BodyHandlers.ofString()));
    }

    static HttpRequest.Builder json(String address, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
        return request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
    }

    static HttpResponse<String> expectOk(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) throw new IllegalStateException(answer.uri() + " answered " + answer.body());
        return answer;
    }

    /** The first text of a name in JSON. */
    static String text(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":" + STRING).matcher(json);
        return found.find() ? unquote(found.group(1)) : null;
    }

    static long number(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":(\\d+)").matcher(json);
        return found.find() ? Long.parseLong(found.group(1)) : -1;
    }

    static String documents(String request) {
        Matcher list = Pattern.compile("\"documents\":\\[((?:" + STRING + ",?)*)\\]").matcher(request);
        StringJoiner joined = new StringJoiner("\n\n");
        Matcher each = Pattern.compile(STRING).matcher(list.find() ? list.group(1) : "");
        while (each.find()) joined.add(unquote(each.group(1)));
        return joined.toString();
    }

    static final String STRING = "\"((?:[^\"\\\\]++|\\\\.)*+)\"";
    static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");

    static String unquote(String text) {
        return ESCAPE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(
            found.group(1) != null ? String.valueOf((char) Integer.parseInt(found.group(1), 16))
                : switch (found.group(2)) { case "n" -> "\n"; case "t" -> "\t"; default -> found.group(2); }));
    }

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char letter : text.toCharArray()) {
            if (letter == '"' || letter == '\\') quoted.append('\\').append(letter);
            else if (letter < ' ' || letter > '~') quoted.append(String.format("\\u%04x", (int) letter));
            else quoted.append(letter);
        }
        return quoted.append('"').toString();
    }

    static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes("UTF-8")));
    }

    static String id(int bytes) {
        byte[] drawn = new byte[bytes];
        RANDOM.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    static String nanos(Instant at) {
        return at.getEpochSecond() + String.format("%09d", at.getNano());
    }
}
