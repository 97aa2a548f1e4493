// What avsc writes, and the cells that Landfall must find.
'use strict';
const bytes = (hex) => Buffer.from(hex, 'hex');
const logical = (type, logicalType, more) => ({ type, logicalType, ...more });
const field = (name, type) => ({ name, type });
const record = (name, ...fields) => ({ type: 'record', name, fields });

module.exports = [
  {
    name: 'primitives',
    schema: record('primitives', field('n', 'null'), field('b', 'boolean'), field('i', 'int'), field('l', 'long'), field('f', 'float'), field('d', 'double'),
      field('y', 'bytes'), field('s', 'string'), field('x', { type: 'fixed', name: 'three', size: 3 }), field('e', { type: 'enum', name: 'suit', symbols: ['CLUBS', 'HEARTS'] })),
    values: [
      { n: null, b: true, i: 2147483647, l: 9223372036854775807n, f: 0.10000000149011612, d: 0.1, y: bytes('00ff10'), s: 'Bogotá €', x: bytes('010203'), e: 'HEARTS' },
      { n: null, b: false, i: -2147483648, l: -9223372036854775808n, f: -1.5, d: 1e-7, y: bytes(''), s: '', x: bytes('ffffff'), e: 'CLUBS' },
      { n: null, b: false, i: 0, l: -65, f: Infinity, d: NaN, y: bytes('61'), s: '"quoted",\n', x: bytes('000000'), e: 'CLUBS' },
      { n: null, b: false, i: 64, l: 9007199254740993n, f: -Infinity, d: 1.7976931348623157e308, y: bytes('61'), s: '😀', x: bytes('000000'), e: 'CLUBS' },
    ],
    cells: [
      ['', 'true', '2147483647', '9223372036854775807', '0.1', '0.1', 'AP8Q', 'Bogotá €', 'AQID', 'HEARTS'],
      ['', 'false', '-2147483648', '-9223372036854775808', '-1.5', '0.0000001', '', '', '////', 'CLUBS'],
      ['', 'false', '0', '-65', 'Infinity', 'NaN', 'YQ==', '"quoted",\n', 'AAAA', 'CLUBS'],
      ['', 'false', '64', '9007199254740993', '-Infinity', '1.7976931348623157E+308', 'YQ==', '😀', 'AAAA', 'CLUBS'],
    ],
  },
  {
    name: 'logical',
    schema: record('logical', field('date', logical('int', 'date')), field('tms', logical('int', 'time-millis')), field('tus', logical('long', 'time-micros')),
      field('ms', logical('long', 'timestamp-millis')), field('us', logical('long', 'timestamp-micros')), field('ns', logical('long', 'timestamp-nanos')),
      field('lms', logical('long', 'local-timestamp-millis')), field('lus', logical('long', 'local-timestamp-micros')), field('lns', logical('long', 'local-timestamp-nanos')),
      field('dec', logical('bytes', 'decimal', { precision: 38, scale: 9 })), field('fix', logical('fixed', 'decimal', { name: 'two', size: 2, precision: 4, scale: 2 })),
      field('uuid', logical('string', 'uuid')), field('unknown', logical('int', 'nonsense')), field('misfit', logical('string', 'date'))),
    values: [
      { date: 18938, tms: 10122123, tus: 10122123456n, ms: 1636253322123n, us: 1636253322000000n, ns: 1636253322000000001n, lms: 0n, lus: -1n, lns: -1n,
        dec: bytes('3039'), fix: bytes('ff7f'), uuid: '6ba7b810-9dad-11d1-80b4-00c04fd430c8', unknown: 7, misfit: 'today' },
      { date: -719162, tms: 0, tus: 86399999999n, ms: -62135596800000n, us: 253402300799999999n, ns: 9223372036854775807n, lms: -1n, lus: 1n, lns: -9223372036854775808n,
        dec: bytes('b4c4b357a5793b85f675ddc000000001'), fix: bytes('0000'), uuid: '00000000-0000-0000-0000-000000000000', unknown: -7, misfit: '' },
      { date: 2147483647, tms: -1, tus: 86400000000n, ms: 9223372036854775807n, us: -9223372036854775808n, ns: 0n, lms: 253402300800000n, lus: 0n, lns: 0n,
        dec: bytes('80'), fix: bytes('270f'), uuid: 'x', unknown: 0, misfit: 'y' },
    ],
    cells: [
      ['2021-11-07', '02:48:42.123000', '02:48:42.123456', '2021-11-07T02:48:42.123000Z', '2021-11-07T02:48:42.000000Z', '2021-11-07T02:48:42.000000001Z',
        '1970-01-01T00:00:00.000000', '1969-12-31T23:59:59.999999', '1969-12-31T23:59:59.999999999',
        '0.000012345', '-1.29', '6ba7b810-9dad-11d1-80b4-00c04fd430c8', '7', 'today'],
      ['0001-01-01', '00:00:00.000000', '23:59:59.999999', '0001-01-01T00:00:00.000000Z', '9999-12-31T23:59:59.999999Z', '2262-04-11T23:47:16.854775807Z',
        '1969-12-31T23:59:59.999000', '1970-01-01T00:00:00.000001', '1677-09-21T00:12:43.145224192',
        '-99999999999999999999999999999.999999999', '0.00', '00000000-0000-0000-0000-000000000000', '-7', ''],
      ['2147483647', '-1', '86400000000', '9223372036854775807', '-9223372036854775808', '1970-01-01T00:00:00.000000000Z', '253402300800000',
        '1970-01-01T00:00:00.000000', '1970-01-01T00:00:00.000000000', '-0.000000128', '99.99', 'x', '0', 'y'],
    ],
  },
  {
    name: 'complex',
    schema: {
      type: 'record', name: 'top', namespace: 'org.example', fields: [
        field('maybe', ['null', 'string']), field('last', ['string', 'null']), field('several', ['null', 'int', 'string', { type: 'array', items: 'int' }]),
        field('list', { type: 'array', items: ['null', 'double'] }), field('map', { type: 'map', values: logical('int', 'date') }),
        field('node', record('node', field('v', 'long'), field('next', ['null', 'node']))), field('again', 'org.example.node'),
      ],
    },
    values: [
      { maybe: null, last: null, several: null, list: [], map: {}, node: { v: 1n, next: null }, again: { v: 2n, next: { v: 3n, next: null } } },
      { maybe: 'a', last: 'b', several: 5, list: [1.5, null, -0.25], map: { 'a "key"': 0 }, node: { v: 1n, next: null }, again: { v: 0n, next: null } },
      { maybe: '', last: '', several: 'x\ty', list: [NaN], map: { a: 1, b: 2 }, node: { v: 1n, next: null }, again: { v: 0n, next: null } },
      { maybe: null, last: 'z', several: [1, 2], list: [1e21], map: {}, node: { v: 1n, next: null }, again: { v: 0n, next: null } },
    ],
    cells: [
      ['', '', '', '[]', '{}', '{"v":1,"next":null}', '{"v":2,"next":{"v":3,"next":null}}'],
      ['a', 'b', '5', '[1.5,null,-0.25]', '{"a \\"key\\"":"1970-01-01"}', '{"v":1,"next":null}', '{"v":0,"next":null}'],
      ['', '', '"x\\ty"', '["NaN"]', '{"a":"1970-01-02","b":"1970-01-03"}', '{"v":1,"next":null}', '{"v":0,"next":null}'],
      ['', 'z', '[1,2]', '[1000000000000000000000]', '{}', '{"v":1,"next":null}', '{"v":0,"next":null}'],
    ],
  },
  {
    name: 'many',
    schema: record('many', field('id', 'int'), field('name', ['null', 'string'])),
    values: Array.from({ length: 1000 }, (_, i) => ({ id: i, name: i % 3 === 0 ? null : `name ${i}` })),
    cells: Array.from({ length: 1000 }, (_, i) => [`${i}`, i % 3 === 0 ? '' : `name ${i}`]),
  },
  { name: 'empty', schema: record('empty', field('id', 'int')), values: [], cells: [] },
];
