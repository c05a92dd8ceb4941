import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface RawResponse {
  status: number;
  headers: Headers;
  text: string;
}

/** One request exactly as given. `fetch` will not do: it insists on `Sec-Fetch-Mode: cors` and its own `Accept-Encoding`. */
export function rawRequest(url: string, method: string, headers: Record<string, string>, body = ''): Promise<RawResponse> {
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers: { ...headers, ...length } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({ status: answer.statusCode!, headers: asHeaders(answer.rawHeaders), text: Buffer.concat(chunks).toString() });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

function asHeaders(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let i = 0; i < raw.length; i += 2) headers.append(raw[i]!, raw[i + 1]!);
  return headers;
}
