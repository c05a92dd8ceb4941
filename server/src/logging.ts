import {
  configureSync,
  getJsonLinesFormatter,
  getLogger,
  getTextFormatter,
  type LogRecord,
  type TextFormatter,
} from '@logtape/logtape';
import type { Log } from './actions/deps.ts';
import { createRedaction } from './redaction.ts';

export type LogOptions = {
  level: 'debug' | 'info' | 'warning' | 'error';
  /** `lines`: a JSON object a line. `text`: for people at a terminal. */
  format: 'lines' | 'text';
  /** Gets a whole line without its end. */
  write: (line: string) => void;
  /** Texts that must not appear anywhere. */
  secrets: readonly string[];
};

/** Starts the process's log and answers how to write to it. What facts hold is told by type Log; redaction is a second net (AUD-06). */
export function startLog({ level, format, write, secrets }: LogOptions): Log {
  const asText = format === 'lines' ? getJsonLinesFormatter({ properties: 'flatten' }) : textFormatter();
  const sink = (record: LogRecord) => write(asText(record).trimEnd());
  configureSync({
    reset: true,
    sinks: { sink },
    loggers: [
      { category: 'doorstep', lowestLevel: level, sinks: ['sink'] },
      { category: ['logtape', 'meta'], lowestLevel: 'error', sinks: ['sink'] },
    ],
  });
  const logger = getLogger('doorstep');
  const redact = createRedaction(secrets);
  return (level, event, facts = {}) => {
    if (logger.isEnabledFor(level)) logger[level](event, redact(facts));
  };
}

function textFormatter(): TextFormatter {
  return getTextFormatter({
    timestamp: 'time',
    format: ({ timestamp, level, message, record }) => [timestamp, level, message, ...facts(record.properties)].join(' '),
  });
}

const facts = (properties: Record<string, unknown>): string[] =>
  Object.entries(properties).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
