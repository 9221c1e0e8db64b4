/** Reads big-endian values one after the other, as VOTable's BINARY streams and FITS tables hold them. */
import { t } from '../base/i18n';
export class BinaryReader {
  private readonly view: DataView;
  offset = 0;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.offset >= this.bytes.byteLength;
  }

  take(size: number): number {
    const at = this.offset;
    this.offset += size;
    if (this.offset > this.bytes.byteLength) throw new RangeError(t('the table ends too early'));
    return at;
  }

  uint8 = (): number => this.view.getUint8(this.take(1));
  int16 = (): number => this.view.getInt16(this.take(2));
  int32 = (): number => this.view.getInt32(this.take(4));
  int64 = (): bigint => this.view.getBigInt64(this.take(8));
  float32 = (): number => this.view.getFloat32(this.take(4));
  float64 = (): number => this.view.getFloat64(this.take(8));

  ascii(length: number): string {
    const at = this.take(length);
    let text = '';
    for (let k = at; k < at + length; k++) {
      const code = this.bytes[k] ?? 0;
      if (code === 0) break;
      text += String.fromCharCode(code);
    }
    return text;
  }

  utf16(length: number): string {
    const at = this.take(2 * length);
    let text = '';
    for (let k = 0; k < length; k++) text += String.fromCharCode(this.view.getUint16(at + 2 * k));
    return text.replace(/\0.*$/s, '');
  }
}
