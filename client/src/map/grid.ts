/**
 * Tile arithmetic of one image, no data. *World* coordinates are image pixels from the top left, y down: the first pixel
 * covers 0…1. Level 0 is full resolution; level r has ceil(width / 2^r) columns; tiles at the right and bottom edges are
 * as large as what is there.
 */
export interface TileRef {
  level: number;
  x: number;
  y: number;
}

/** Left, top, right, bottom in world coordinates. */
export type WorldBox = readonly [x0: number, y0: number, x1: number, y1: number];

/** A level is enlarged up to this power of two before the next finer one is taken. */
const SHARPNESS = 0.35;

export class TileGrid {
  constructor(
    readonly width: number,
    readonly height: number,
    readonly tileSize: number,
    readonly levels: number,
  ) {}

  /** The level to show when one image pixel covers `scale` device pixels. */
  levelFor(scale: number): number {
    return Math.min(this.levels - 1, Math.max(0, Math.floor(SHARPNESS - Math.log2(scale))));
  }

  size(level: number): [width: number, height: number] {
    const step = 2 ** level;
    return [Math.ceil(this.width / step), Math.ceil(this.height / step)];
  }

  /** Tiles of a level that meet a box. */
  tilesIn(level: number, [x0, y0, x1, y1]: WorldBox): TileRef[] {
    const [width, height] = this.size(level);
    const span = this.tileSize * 2 ** level;
    const last = [Math.ceil(width / this.tileSize) - 1, Math.ceil(height / this.tileSize) - 1] as const;
    const tiles: TileRef[] = [];
    for (let y = Math.max(0, Math.floor(y0 / span)); y <= Math.min(last[1], Math.ceil(y1 / span) - 1); y++) {
      for (let x = Math.max(0, Math.floor(x0 / span)); x <= Math.min(last[0], Math.ceil(x1 / span) - 1); x++) {
        tiles.push({ level, x, y });
      }
    }
    return tiles;
  }

  /** What a tile covers; on odd sizes the last column of a level reaches beyond the image. */
  box({ level, x, y }: TileRef): WorldBox {
    const step = 2 ** level;
    const [width, height] = this.size(level);
    const right = Math.min((x + 1) * this.tileSize, width);
    const bottom = Math.min((y + 1) * this.tileSize, height);
    return [x * this.tileSize * step, y * this.tileSize * step, right * step, bottom * step];
  }

  /** The tile in the server's numbering: z = 0 is the coarsest level. */
  z(level: number): number {
    return this.levels - 1 - level;
  }
}

export const meets = (a: WorldBox, b: WorldBox): boolean => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

export const tileKey = ({ level, x, y }: TileRef): string => `${level}/${x}/${y}`;
