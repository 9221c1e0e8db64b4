/** Put a Brotli and a gzip version beside every text file of the bundle, as small as they get; the server hands them out. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const bundle = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'src', 'visiomatic', 'client');
/** Below this many bytes nothing is gained. */
const LEAST = 1024;

for (const name of readdirSync(bundle, { recursive: true })) {
  const path = join(bundle, name);
  if (!/\.(js|css|html|svg)$/.test(name) || statSync(path).size < LEAST) continue;
  const bytes = readFileSync(path);
  const options = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, options));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}
