/**
 * The text of an answer in its own encoding, read no further than the limit; null if it is larger.
 */
export async function limitedText(answer: Response, bytesMax: number): Promise<string | null> {
  const reader = answer.body?.getReader();
  const decoder = decoderOf(answer.headers.get("content-type") ?? "");
  let [text, length] = ["", 0];
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > bytesMax) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}

function decoderOf(contentType: string): TextDecoder {
  const charset = /charset=["']?([\w-]+)/i.exec(contentType)?.[1];
  try {
    return new TextDecoder(charset);
  } catch {
    // an encoding that nobody knows is most often UTF-8
    return new TextDecoder();
  }
}
