/** Services elsewhere (name resolvers, catalogues): asked directly, and through our own server where that fails. */
import { t } from '../base/i18n';
import { type Api, queryText } from './api';
import { errorOf } from './errors';

export type OutsideProblem = 'offline' | 'unreachable' | 'status' | 'slow';

/** `message` can be shown; it does not name the service. */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';
  constructor(
    readonly problem: OutsideProblem,
    message: string,
    /** What the service itself answered, where it answered at all. */
    readonly status = 0,
  ) {
    super(message);
  }
}

export interface OutsideOptions {
  signal?: AbortSignal;
  /** Longest time for the whole, in ms. */
  patience?: number;
  /** Told while an answer arrives: bytes so far. */
  progress?: (bytes: number) => void;
}

/** A firewall may swallow what is asked directly: after so many ms the server is asked too. */
const SILENCE = 6000;
const PATIENCE = 60_000;
/** Hosts that could not be reached directly: the server is asked at once for the rest of the visit. */
const indirect = new Set<string>();

/** The text that `url` answers. Throws an `OutsideError`, or an AbortError when `signal` says so. */
export async function askOutside(api: Api, url: string, options: OutsideOptions = {}): Promise<string> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (options.signal?.aborted) abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(abort, options.patience ?? PATIENCE);
  try {
    return await firstAnswer(api, url, { ...options, signal: controller.signal });
  } catch (error) {
    if (options.signal?.aborted) throw new DOMException('Aborted', 'AbortError');
    if (controller.signal.aborted) throw new OutsideError('slow', t('no answer in time'));
    throw error;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
    controller.abort(); // whoever lost the race need not go on
  }
}

/** What both ways of asking need. */
interface Asking extends OutsideOptions {
  signal: AbortSignal;
}

async function firstAnswer(api: Api, url: string, asking: Asking): Promise<string> {
  const { host } = new URL(url);
  if (indirect.has(host)) return throughServer(api, url, asking, host);
  const direct = directly(url, asking);
  const silence = new Promise<null>((resolve) => setTimeout(resolve, SILENCE, null));
  const early = await Promise.race([direct.catch(refusal), silence]);
  if (typeof early === 'string') return early;
  if (early) return throughServer(api, url, asking, host);
  const proxied = throughServer(api, url, asking, host);
  return Promise.any([direct, proxied]).catch(() => proxied);
}

/** An unreachable service is a reason to go on; what the service itself says is final. */
function refusal(error: unknown): OutsideError {
  if (error instanceof OutsideError && error.problem === 'unreachable') return error;
  throw error;
}

async function directly(url: string, { signal, progress }: Asking): Promise<string> {
  try {
    const response = await fetch(url, { signal, credentials: 'omit', referrerPolicy: 'no-referrer' });
    if (!response.ok)
      throw new OutsideError(
        'status',
        t('the service answered {status}', { status: response.status }),
        response.status,
      );
    return await textOf(response, progress);
  } catch (error) {
    if (error instanceof OutsideError || signal.aborted) throw error;
    throw new OutsideError('unreachable', t('it cannot be reached from this browser'));
  }
}

/** Remembers whether `host` is to be asked this way next time. */
async function throughServer(api: Api, url: string, { signal, progress }: Asking, host: string): Promise<string> {
  indirect.delete(host);
  const response = await fetch(`${api.url('outside')}?${queryText({ url })}`, { signal }).catch((error) => {
    if (signal.aborted) throw error;
    throw new OutsideError('offline', t('neither it nor the image server can be reached: you seem to be offline'));
  });
  if (!response.ok) {
    const { message } = await errorOf(response);
    throw new OutsideError(
      'unreachable',
      t('it cannot be reached from this browser, nor through the server: {message}', { message }),
    );
  }
  indirect.add(host);
  return textOf(response, progress);
}

/** The whole answer; how much of it is there is told as it arrives. */
async function textOf(response: Response, progress?: (bytes: number) => void): Promise<string> {
  const reader = progress && response.body?.getReader();
  if (!reader) return response.text();
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    text += decoder.decode(value, { stream: true });
    progress(bytes);
  }
}
