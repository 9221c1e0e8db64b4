/**
 * What was dropped on the page, each file to where it belongs: FITS images to a server that takes them, sessions to the
 * state, catalogues and regions over the image.
 */
import { t } from '../base/i18n';
import type { Viewer } from '../core/viewer';
import { openSession } from './session';

const BLOCK = 2880;
const CARD = 80;
/** A header of more blocks than this is not read to the end just to tell images from tables. */
const MOST_BLOCKS = 400;
const PACKED = /\.(fits?|fts)\.(gz|fz|bz2|z)$|\.fz$/i;

export async function openDropped(viewer: Viewer, files: readonly File[]): Promise<void> {
  const others: File[] = [];
  const images: File[] = [];
  for (const file of files) {
    if (await holdsImage(file)) images.push(file);
    else if (/\.session\.json$/i.test(file.name)) await openSession(viewer, file);
    else others.push(file);
  }
  if (others.length > 0) await overlay(viewer, others);
  if (images.length > 0) await openImages(viewer, images);
}

async function overlay(viewer: Viewer, files: readonly File[]): Promise<void> {
  viewer.openPanel('overlays');
  const { overlayFiles } = await import('./overlays-on-map');
  await overlayFiles(viewer, files);
}

/** One after the other; the last one stays in view, the others are a step back in the history. */
async function openImages(viewer: Viewer, files: readonly File[]): Promise<void> {
  const taken = await takesFiles(viewer);
  for (const file of files) {
    if (!taken) {
      viewer.notify(
        t('{name}: this server takes no files. Start VisiOmatic with it: visiomatic {name}', { name: file.name }),
        {
          kind: 'warning',
          timeout: 10_000,
        },
      );
    } else await openImage(viewer, file);
  }
}

/** Only servers on the user's own computer take files, or those that were told to. */
export async function takesFiles(viewer: Viewer): Promise<boolean> {
  const service = viewer.service ?? (await viewer.api.service().catch(() => null));
  return (service?.limits.dropped_bytes ?? 0) > 0;
}

async function openImage(viewer: Viewer, file: File): Promise<void> {
  const controller = new AbortController();
  const done = viewer.notify(t('Opening {name} …', { name: file.name }), {
    timeout: 0,
    action: { label: t('Cancel'), run: () => controller.abort() },
  });
  try {
    const { id } = await viewer.api.drop(file, { signal: controller.signal });
    await viewer.open(id);
    viewer.openPanel('');
  } catch (error) {
    if (controller.signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    viewer.notify(reason.includes(file.name) ? reason : `${file.name}: ${reason}`, { kind: 'error' });
  } finally {
    done();
  }
}

/** True for FITS files with an image, by their first headers; packed ones are taken for images by their name. */
export async function holdsImage(file: File): Promise<boolean> {
  if (PACKED.test(file.name)) return true;
  let start = 0;
  for (let hdu = 0; hdu < 2; hdu++) {
    const header = await readHeader(file, start);
    if (!header) return false;
    if (isImage(header.cards, hdu)) return true;
    start = header.end + dataBytes(header.cards);
  }
  return false;
}

type Cards = ReadonlyMap<string, string>;

function isImage(cards: Cards, hdu: number): boolean {
  const axes = Number(cards.get('NAXIS') ?? 0);
  if (hdu === 0 || cards.get('XTENSION')?.startsWith('IMAGE')) return axes >= 2;
  return cards.get('ZIMAGE') === 'T';
}

/** Keywords and values of the header at `start`, and where it ends; null where there is none. */
async function readHeader(file: File, start: number): Promise<{ cards: Cards; end: number } | null> {
  const cards = new Map<string, string>();
  for (let block = 0; block < MOST_BLOCKS; block++) {
    const from = start + block * BLOCK;
    const text = new TextDecoder('latin1').decode(await file.slice(from, from + BLOCK).arrayBuffer());
    if (text.length < CARD || (block === 0 && !/^(SIMPLE {2}=|XTENSION=)/.test(text))) return null;
    for (let at = 0; at < text.length; at += CARD) {
      const card = text.slice(at, at + CARD);
      const keyword = card.slice(0, 8).trim();
      if (keyword === 'END') return { cards, end: from + BLOCK };
      if (card.slice(8, 10) === '= ') cards.set(keyword, plainValue(card.slice(10)));
    }
  }
  return null;
}

const plainValue = (text: string): string => (/^\s*'([^']*)'/.exec(text)?.[1] ?? text.split('/')[0] ?? '').trim();

/** Bytes of the data behind a header, whole blocks. */
function dataBytes(cards: Cards): number {
  const axes = Number(cards.get('NAXIS') ?? 0);
  if (axes === 0) return 0;
  let pixels = 1;
  for (let axis = 1; axis <= axes; axis++) pixels *= Number(cards.get(`NAXIS${axis}`) ?? 0);
  const count = (pixels + Number(cards.get('PCOUNT') ?? 0)) * Number(cards.get('GCOUNT') ?? 1);
  return Math.ceil((count * Math.abs(Number(cards.get('BITPIX') ?? 8))) / 8 / BLOCK) * BLOCK;
}
