/** What the server answered when it refused, or that it could not be reached (`status` 0). */
import { t } from '../base/i18n';
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    /** Name of the parameter at fault, when there is one. */
    readonly parameter: string | null = null,
    /** Seconds the server asks to wait, when it does. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }

  /** True when the same request may succeed in a moment: the line or the server hiccuped. */
  get isTransient(): boolean {
    return (
      this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503 || this.status === 504
    );
  }
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

/** Make an error of an answer that is not OK; the server's own words when it has some. */
export async function errorOf(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('retry-after')) || null;
  try {
    const { error } = (await response.json()) as { error: { code: string; message: string; parameter?: string } };
    return new ApiError(error.message, response.status, error.code, error.parameter ?? null, retryAfter);
  } catch {
    const text = t('The server answered {answer}', { answer: `${response.status} ${response.statusText}`.trim() });
    return new ApiError(text, response.status, 'http', null, retryAfter);
  }
}
