import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { angleFrom } from './angles';
import { readDelimited } from './delimited';
import { readDs9 } from './ds9';
import { readGeoJson } from './geojson';
import { readContent } from './read';
import { cellText, columnFor, TableError } from './table';
import { readVotable } from './votable';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Real files, where the shared set of data lies beside the project. */
const DATA = '../../shared/data/fits';
const real = (path: string): Uint8Array => new Uint8Array(readFileSync(`${DATA}/${path}`));

describe('delimited tables', () => {
  it('reads quoted cells with separators, doubled quotes and line ends', () => {
    const table = readDelimited('name,ra,dec\n"a ""b"", c",10.5,-3\n"two\nlines",11,nan\n', 'x.csv');
    expect(table.length).toBe(2);
    expect(table.columns[0]?.values).toEqual(['a "b", c', 'two\nlines']);
    expect([...(table.columns[2]?.values ?? [])]).toEqual([-3, Number.NaN]);
  });

  it('takes units and UCDs from VizieR', () => {
    const text =
      '#Column\t_RAJ\t(F)\tRight ascension\t[ucd=pos.eq.ra;meta.main]\n_RAJ\tDec\ndeg\tdeg\n---\t---\n1.5\t2\n';
    const table = readDelimited(text, 'x.tsv');
    expect(table.columns[0]).toMatchObject({
      name: '_RAJ',
      unit: 'deg',
      ucd: 'pos.eq.ra;meta.main',
      description: 'Right ascension',
    });
    expect(columnFor(table, 'lon')?.name).toBe('_RAJ');
    expect(columnFor(table, 'lat')?.name).toBe('Dec');
  });

  it('says so when there is no table', () => {
    expect(() => readDelimited('just text', 'notes.txt')).toThrow(TableError);
  });
});

describe('VOTable', () => {
  const votable = (data: string) => `<?xml version="1.0"?><VOTABLE><RESOURCE><TABLE>
    <FIELD name="ra" datatype="double" ucd="POS_EQ_RA" unit="deg"/><FIELD name="n" datatype="int"/>
    <FIELD name="id" datatype="char" arraysize="*"/>${data}</TABLE></RESOURCE></VOTABLE>`;

  it('reads TABLEDATA, with empty cells as no value', () => {
    const rows = '<TR><TD>1.5</TD><TD>2</TD><TD>a</TD></TR><TR><TD/><TD>3</TD><TD>b</TD></TR>';
    const table = readVotable(votable(`<DATA><TABLEDATA>${rows}</TABLEDATA></DATA>`), 'x.vot');
    expect(table.columns.map(({ values }) => [...values])).toEqual([
      [1.5, Number.NaN],
      [2, 3],
      ['a', 'b'],
    ]);
  });

  it('reads BINARY2 with its mask of nulls', () => {
    const buffer = new ArrayBuffer(1 + 8 + 4 + 4 + 2);
    const view = new DataView(buffer);
    view.setUint8(0, 0b01000000);
    view.setFloat64(1, 266.5);
    view.setInt32(9, -9);
    view.setInt32(13, 2);
    view.setUint8(17, 65);
    view.setUint8(18, 66);
    const base64 = btoa(String.fromCharCode(...new Uint8Array(buffer)));
    const table = readVotable(
      votable(`<DATA><BINARY2><STREAM encoding="base64">${base64}</STREAM></BINARY2></DATA>`),
      'x',
    );
    expect(table.columns.map((column) => cellText(column, 0))).toEqual(['266.5', '', 'AB']);
  });

  it('passes on what the service complains of', () => {
    const text = '<VOTABLE><RESOURCE><INFO name="QUERY_STATUS" value="ERROR">No such table</INFO></RESOURCE></VOTABLE>';
    expect(() => readVotable(text, 'x')).toThrow('No such table');
  });
});

describe('DS9 regions', () => {
  it('reads frames, units, sexagesimal positions and properties', () => {
    const { shapes, warnings } = readDs9(`global color=green width=2
      fk5; circle(13:29:52.675,+47:11:45.02,1.5') # color=#880000 text={A ring} tag={one} tag={two}
      image;-box(10,20,5i,6,30)
      galactic; point(120.5,-3) # point=cross 14`);
    expect(warnings).toEqual([]);
    const [circle, box, point] = shapes;
    expect(circle).toMatchObject({ frame: 'fk5', color: '#880000', text: 'A ring', tags: ['one', 'two'], width: 2 });
    expect(circle?.geometry).toMatchObject({ kind: 'circle', radii: [{ value: 90, unit: 'arcsec' }] });
    if (circle?.geometry.kind === 'circle') expect(circle.geometry.center[0]).toBeCloseTo(202.4694792, 6);
    expect(box).toMatchObject({ included: false, frame: 'image', geometry: { kind: 'box', angle: 30 } });
    expect(point?.geometry).toMatchObject({ kind: 'point', symbol: 'cross' });
  });

  it('understands JS9 properties and texts', () => {
    const { shapes } = readDs9(
      'ICRS\nellipse(350.8, +58.7, 31.8", 15.9", 26.2) {"color":"violet","text":"json","textOpts":{"color":"yellow"}}\ntext(1,2,"hello")',
    );
    expect(shapes.map(({ text, color }) => [text, color])).toEqual([
      ['json', 'violet'],
      ['hello', ''],
    ]);
  });

  it('makes rings of annuli and sectors of pandas', () => {
    const { shapes } = readDs9('fk5\nannulus(1,2,1",2",3")\nellipse(1,2,2",1",4",2",30)\npanda(1,2,0,90,3,0",6",2)');
    expect(shapes.map(({ geometry }) => geometry.kind)).toEqual(['circle', 'ellipse', 'sector']);
    const sector = shapes[2]?.geometry;
    if (sector?.kind === 'sector') {
      expect(sector.angles).toEqual([0, 30, 60, 90]);
      expect(sector.axes.map(([a]) => a.value)).toEqual([0, 3, 6]);
    }
  });
});

describe('GeoJSON', () => {
  it('reads features of all kinds; negative longitudes go round', () => {
    const shapes = readGeoJson(
      JSON.stringify({
        type: 'FeatureCollection',
        features: [
          {
            type: 'Feature',
            properties: { name: 'M2', mag: 6.5 },
            geometry: { type: 'Point', coordinates: [-36.6, -0.8] },
          },
          {
            type: 'Feature',
            geometry: {
              type: 'MultiLineString',
              coordinates: [
                [
                  [0, 0],
                  [1, 1],
                ],
                [
                  [2, 2],
                  [3, 3],
                ],
              ],
            },
          },
        ],
      }),
      'm.json',
    );
    expect(shapes).toHaveLength(3);
    expect(shapes[0]).toMatchObject({ text: 'M2', geometry: { kind: 'point', center: [323.4, -0.8] } });
  });
});

describe('what a file holds', () => {
  it('is found from its content', () => {
    expect(readContent(bytes('fk5\ncircle(1,2,3")'), 'a.txt').kind).toBe('regions');
    expect(readContent(bytes('ra,dec\n1,2\n'), 'a.dat').kind).toBe('catalog');
    expect(readContent(bytes('{"type":"Point","coordinates":[1,2]}'), 'a').kind).toBe('regions');
    expect(() => readContent(bytes('<html></html>'), 'a.xml')).toThrow('no VOTable');
  });
});

describe('angles', () => {
  it.each([
    ['12:30:00', true, 187.5],
    ['-00:30:00', false, -0.5],
    ['1h30m', false, 22.5],
    ['−3.5', false, -3.5],
    ['12d30m36s', false, 12.51],
    ['abc', false, null],
  ])('%s', (text, hours, degrees) => {
    const found = angleFrom(text, hours);
    if (degrees === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(degrees, 9);
  });
});

describe.runIf(existsSync(DATA))('real files', () => {
  it.each([
    ['table/gaia_galactic_centre.vot', 4517, 55],
    ['table/w5_psc.csv', 17771, 14],
    ['table/1904_incomplete_cat.csv', 11, 14],
    ['table/segmap_catalog.fits', 13, null],
    ['table/1904_comp.fits', null, null],
    ['table/casa_2masx.tsv', null, null],
  ])('%s', (path, rows, columns) => {
    const content = readContent(real(path), path);
    if (content.kind !== 'catalog') throw new Error('no catalogue');
    if (rows !== null) expect(content.table.length).toBe(rows);
    if (columns !== null) expect(content.table.columns.length).toBe(columns);
    const lon = columnFor(content.table, 'lon');
    const lat = columnFor(content.table, 'lat');
    expect(lon && lat).toBeTruthy();
    expect(Number.isFinite(Number(lon?.values[0])) || angleFrom(String(lon?.values[0]), true) !== null).toBe(true);
  });

  it.each([
    ['overlay/ds9.fk5.reg', 24],
    ['overlay/ds9.fk5.hms.reg', 24],
    ['overlay/ds9.galactic.reg', 24],
    ['overlay/ds9.image.reg', 24],
    ['overlay/a2142.reg', 540],
    ['overlay/casa.reg', 6],
    ['overlay/aegean_1904.reg', 3],
    ['overlay/messier.geojson', 110],
  ])('%s', (path, least) => {
    const content = readContent(real(path), path);
    if (content.kind !== 'regions') throw new Error('no regions');
    expect(content.shapes.length).toBeGreaterThanOrEqual(least);
    expect(content.warnings).toEqual([]);
  });
});
