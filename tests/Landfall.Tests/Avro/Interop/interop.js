// node interop.js write DIR: for each of cases.js a file per codec, and the cells that Landfall must read in it.
// node interop.js read FILE: the records of a file, a line of JSON each.
// node interop.js backup FILE: what a backup says of itself, and the checksum of its records as avsc encodes them, a line each.
'use strict';
const avro = require('avsc');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

// 64 bits are more than a number of JavaScript holds.
const long = avro.types.LongType.__with({
  fromBuffer: (b) => b.readBigInt64LE(),
  toBuffer: (n) => { const b = Buffer.alloc(8); b.writeBigInt64LE(BigInt(n)); return b; },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (n) => typeof n === 'bigint' || Number.isSafeInteger(n),
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
});

// Logical types that avsc does not know pass through it as what they are made of.
const typeOf = (schema) => avro.Type.forSchema(schema, { typeHook: (s) => (s === 'long' || s.type === 'long' ? long : undefined) });

function write(dir) {
  for (const { name, schema, values, cells } of require('./cases.js')) {
    fs.writeFileSync(path.join(dir, `${name}.json`), JSON.stringify(cells));
    for (const codec of ['null', 'deflate']) {
      // A file without records would have no header, either.
      const how = { codec, syncMarker: Buffer.from('0123456789abcdef'), blockSize: 256, writeHeader: values.length === 0 ? 'always' : 'auto' };
      const encoder = avro.createFileEncoder(path.join(dir, `${name}.${codec}.avro`), typeOf(schema), how);
      // Into the header goes the schema as cases.js has it: what avsc would write of its own lacks the logical types. (A private field; the version is exact.)
      encoder._schema = schema;
      for (const value of values) encoder.write(value);
      encoder.end();
    }
  }
}

function read(file) {
  const plain = (key, value) => {
    if (typeof value === 'bigint') return String(value);
    if (value && value.type === 'Buffer') return Buffer.from(value.data).toString('hex');
    return value;
  };
  avro.createFileDecoder(file, { parseHook: typeOf })
    .on('data', (record) => console.log(JSON.stringify(record, plain)))
    .on('error', (error) => { console.error(error); process.exitCode = 1; });
}

function backup(file) {
  const hash = crypto.createHash('sha256');
  let type;
  let rows = 0;
  avro.createFileDecoder(file, { parseHook: typeOf })
    .on('metadata', (schema, codec, header) => {
      type = schema;
      for (const [name, value] of Object.entries(header.meta)) if (!name.startsWith('avro.')) console.log(`${name}=${value}`);
    })
    .on('data', (record) => { rows += 1; hash.update(type.toBuffer(record)); })
    .on('end', () => console.log(`rows=${rows}\nsha256=${hash.digest('hex')}`))
    .on('error', (error) => { console.error(error); process.exitCode = 1; });
}

({ write, read, backup })[process.argv[2]](process.argv[3]);
