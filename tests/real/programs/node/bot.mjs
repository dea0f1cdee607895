// The support bot in JavaScript: takes the evening's customers, asks the model, and sends a span for every attempt.
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";

const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
const tracer = provider.getTracer("bot");
const client = new OpenAI({ maxRetries: 0, timeout: 1500 }); // every attempt passes the call site
const traffic = new URL(process.env.OPENAI_BASE_URL).origin + "/traffic/";

async function ask(request) {
  const documents = request.documents.join("\n\n");
  const messages = [
    { role: "system", content: request.prompt.template.replace("{documents}", () => documents) },
    { role: "user", content: request.question },
  ];
  const span = tracer.startSpan(`chat ${request.model}`, {
    kind: SpanKind.CLIENT,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "lumen",
      "gen_ai.request.model": request.model,
      "gen_ai.prompt.name": request.prompt.name,
      "gen_ai.prompt.version": request.prompt.version,
      "app.prompt.hash": createHash("sha256").update(request.prompt.template).digest("hex"),
    },
  });
  try {
    const answer = await client.chat.completions.create({ model: request.model, messages });
    span.setAttributes({
      "gen_ai.response.id": answer.id,
      "gen_ai.response.model": answer.model,
      "gen_ai.response.finish_reasons": [answer.choices[0].finish_reason],
      "gen_ai.usage.input_tokens": answer.usage.prompt_tokens,
      "gen_ai.usage.output_tokens": answer.usage.completion_tokens,
    });
  } catch (error) {
    span.setAttribute("error.type", error.constructor.name);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    throw error;
  } finally {
    span.end();
  }
}

async function serve(request) {
  for (let attempt = 1; attempt <= 3; attempt++) {
    try {
      await ask(request);
      return "answered";
    } catch (error) {
      if (!(error instanceof OpenAI.APIError)) throw error;
      await pause(100 * attempt);
    }
  }
  return "failed";
}

async function post(step, body = {}) {
  const answer = await fetch(traffic + step, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${step}: ${await answer.text()}`);
  return answer.json();
}

await client.models.list(); // opens the connection, so that the first attempt's time is the model's own
await post("begin");
for (let next; (next = (await post("next")).request) !== null; ) {
  await post("close", { outcome: await serve(next) });
}
await provider.shutdown(); // sends what is still waiting
