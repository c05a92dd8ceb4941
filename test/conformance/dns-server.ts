import type { AddressInfo } from 'node:net';
import dns2, { Packet } from 'dns2';

/** What the server says to a question for TXT: records (each of one or several strings), an error, or nothing at all. */
export type TxtAnswer = { records: (string | Buffer)[][] } | 'no-such-name' | 'fails' | 'silence';
export type DnsServer = {
  address: string;
  asked: string[];
  answer: (name: string, answer: TxtAnswer) => void;
  stop(): Promise<void>;
};

/** A real DNS server on loopback, over UDP, and over TCP for what does not fit (RFC 7766, 5). */
export async function startDnsServer(): Promise<DnsServer> {
  const answers = new Map<string, TxtAnswer>();
  const asked: string[] = [];
  const handle: dns2.DnsHandler = (request, send) => {
    const name = request.questions[0]!.name.toLowerCase();
    asked.push(name);
    const answer = answers.get(name) ?? 'no-such-name';
    if (answer !== 'silence') send(answerTo(request, name, answer));
  };
  const server = dns2.createServer({ udp: true, tcp: true, handle });
  const port = await listenOnOne(server);
  return {
    address: `127.0.0.1:${port}`,
    asked,
    answer: (name, answer) => void answers.set(name.toLowerCase(), answer),
    stop: async () => void (await server.close()),
  };
}

/** UDP takes a free port, TCP the same one. */
async function listenOnOne(server: dns2.DnsServer): Promise<number> {
  for (let tries = 0; tries < 20; tries += 1) {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    try {
      await server.listen({ udp: { port, address: '127.0.0.1' }, tcp: { port, address: '127.0.0.1' } });
      return (server.addresses().udp as AddressInfo).port;
    } catch {
      // taken: the next one
    }
  }
  throw new Error('no port was free for UDP and TCP');
}

function answerTo(request: dns2.Packet, name: string, answer: Exclude<TxtAnswer, 'silence'>): dns2.Packet {
  const response = Packet.createResponseFromRequest(request);
  if (answer === 'no-such-name') response.header.rcode = Packet.RCODE.NXDOMAIN;
  else if (answer === 'fails') response.header.rcode = Packet.RCODE.SERVFAIL;
  else {
    for (const data of answer.records) {
      response.answers.push({ name, type: Packet.TYPE.TXT, class: Packet.CLASS.IN, ttl: 1, data } as never);
    }
  }
  return response;
}
