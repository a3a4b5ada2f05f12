"""Generates the queries of benchmarks/search, asks the API, and prints the table. Usage: search.py ADDRESS FOLDER NUMBER."""
import csv, json, os, random, re, statistics, sys, time, unicodedata, urllib.error, urllib.parse, urllib.request
from collections import namedtuple

address, folder, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
chance = random.Random(42)
letters = "abcdefghijklmnopqrstuvwxyz"
Place = namedtuple("Place", "id name text population region region_code country country_code")


def rows(name):
    with open(f"{folder}/{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


places = [Place(int(row[0]), row[1], row[2], int(row[3]), *row[4:]) for row in rows("places")]
by_id = {place.id: place for place in places}

# Saint and St are the same word.
same = {"saint": "st", "mount": "mt", "fort": "ft"}


def key(place):
    return " ".join(same.get(word, word) for word in place.text.split(" "))


def largest(group):
    best = {}
    for place in places:
        of = group(place)
        if of not in best or (place.population, -place.id) > (best[of].population, -best[of].id):
            best[of] = place
    return best


largest_of = largest(key)
largest_in_region = largest(lambda place: (key(place), place.country_code, place.region))
largest_in_country = largest(lambda place: (key(place), place.country_code))


def sample(condition):
    chosen = [place for place in places if condition(place)]
    return chance.sample(chosen, min(number, len(chosen)))


def plain(name):
    return "".join(c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c))


def misspelt(name):
    """One typing error behind the first letter: a letter is missing, wrong or added, or two are swapped."""
    while True:
        at = chance.randrange(1, len(name))
        kind = chance.randrange(4)
        typed = [name[:at] + name[at + 1:], name[:at] + chance.choice(letters) + name[at + 1:],
                 name[:at] + chance.choice(letters) + name[at:], name[:at - 1] + name[at] + name[at - 1] + name[at + 1:]][kind]
        if typed != name:
            return typed


def abbreviated(name):
    pairs = [("Saint", "St"), ("St", "Saint"), ("Mount", "Mt"), ("Mt", "Mount"), ("Fort", "Ft"), ("Ft", "Fort")]
    words = re.split("([ -])", name)
    for index, word in enumerate(words):
        for known, other in pairs:
            if word.rstrip(".") == known and len(words) > 1:
                return "".join([*words[:index], other, *words[index + 1:]])
    return None


def german(name):
    for letter, other in zip("äöüßÄÖÜ", ["ae", "oe", "ue", "ss", "Ae", "Oe", "Ue"]):
        name = name.replace(letter, other)
    return name


def beginnings():
    for place in sorted(places, key=lambda place: -place.population)[:300]:
        begin = place.name[:max(4, round(len(place.name) * 0.6))].strip()
        text = plain(begin)
        yield begin, max((p for p in places if p.text.startswith(text)), key=lambda p: p.population, default=place).id


is_largest = lambda place: largest_of[key(place)] == place
is_elsewhere = lambda place: place.region and largest_of[key(place)].country_code != place.country_code
has_larger = lambda place: place.region and largest_of[key(place)][4:] != place[4:]
in_region = lambda place: largest_in_region[key(place), place.country_code, place.region].id
in_country = lambda place: largest_in_country[key(place), place.country_code].id
of_name = lambda place: largest_of[key(place)].id

names = {}
for geoname_id, name in rows("names"):
    names.setdefault(int(geoname_id), []).append(name)
named = chance.sample(sorted(names), min(number, len(names)))
codes = chance.sample(rows("codes"), number)

kinds = {
    "name": ("100 %", [(p.name, of_name(p)) for p in sample(lambda p: True)]),
    "name in lower case without accents": ("100 %", [(plain(p.name), of_name(p)) for p in sample(lambda p: True)]),
    "beginning of one of the 300 largest": ("95 %", list(beginnings())),
    "one typing error, 6 letters or more": ("97 %", [(misspelt(plain(p.name)), of_name(p)) for p in sample(lambda p: len(p.name) > 5)]),
    "name, region; the largest of its name": ("99 %", [(f"{p.name}, {p.region}", in_region(p)) for p in sample(lambda p: p.region and is_largest(p))]),
    "name, region; a larger one elsewhere": ("97 %", [(f"{p.name}, {p.region}", in_region(p)) for p in sample(has_larger)]),
    "name region; a larger one elsewhere": ("97 %", [(f"{p.name} {p.region}", in_region(p)) for p in sample(has_larger)]),
    "name, country; a larger one elsewhere": ("97 %", [(f"{p.name}, {p.country}", in_country(p)) for p in sample(is_elsewhere)]),
    "name, country code; a larger one elsewhere": ("97 %", [(f"{p.name}, {p.country_code}", in_country(p)) for p in sample(is_elsewhere)]),
    "name US state abbreviation": ("", [(f"{p.name} {p.region_code}", in_region(p)) for p in sample(lambda p: p.country_code == "US" and p.region)]),
    "Saint or St, Mount or Mt, Fort or Ft": ("97 %", [(abbreviated(p.name), of_name(p)) for p in sample(lambda p: abbreviated(p.name))]),
    "ä ö ü ß as ae oe ue ss": ("99 %", [(german(p.name), of_name(p)) for p in sample(lambda p: german(p.name) != p.name)]),
    "postal code and name": ("", [(f"{code} {name}", code) for _, name, code in codes]),
    "alternative name": ("", [(chance.choice(names[i]), i) for i in named]),
    "two typing errors, 8 letters or more": ("", [(misspelt(misspelt(plain(p.name))), of_name(p)) for p in sample(lambda p: len(p.name) > 7)]),
    "words in reverse": ("", [(" ".join(reversed(p.name.split(" "))), of_name(p)) for p in sample(lambda p: " " in p.name)]),
}


def ask(path):
    start = time.perf_counter()
    with urllib.request.urlopen(address + path, timeout=30) as response:
        answer = json.load(response)
    return answer, (time.perf_counter() - start) * 1000


for _ in range(100):
    try:
        ask("/health")
        break
    except OSError:
        time.sleep(0.2)
for warm in ("paris", "londn", "paris tx", "10115 berlin", "zzyzxw"):
    for _ in range(8):
        ask(f"/api/v1/search?q={urllib.parse.quote(warm)}")


def measure(queries, filters):
    found, times, misses = 0, [], []
    for q, expected in queries:
        answer, elapsed = ask("/api/v1/search?" + urllib.parse.urlencode({"q": q, "fields": "name,label", **filters}))
        times.append(elapsed)
        first = answer["results"][0] if answer["results"] else None
        if first and (first["id"] == expected or (first["id"] is None and first["name"] == expected)):
            found += 1
        else:
            misses.append(f"{q!r}: expected {expected}, {by_id[expected].name if expected in by_id else ''}; found {first and first['label']}")
    return found / len(queries), times, misses


print("| kind of query | goal | cities | all types | median, ms | most, ms |")
print("|---|---|---|---|---|---|")
with open(os.environ.get("MISSES", os.devnull), "w", encoding="utf-8") as file:
    for kind, (goal, queries) in kinds.items():
        is_code = kind.startswith("postal")
        cities, times, misses = measure(queries, {"type": "postalCode"} if is_code else {"type": "city"})
        every, all_times, _ = measure(queries, {})
        times += all_times
        print(f"| {kind} | {goal} | {cities:.1%} | {every:.1%} | {statistics.median(times):.0f} | {max(times):.0f} |".replace("%", " %").replace("  ", " "), flush=True)
        file.write("".join(f"{kind}: {miss}\n" for miss in misses))
times = [ask(f"/api/v1/cities/{place.id}")[1] for place in chance.sample(places, number)]
print(f"| one city by its id (baseline) | | | | {statistics.median(times):.0f} | {max(times):.0f} |")
for text in ("...", "%%%", "🎉", "s", "san", "a b c d e f g h"):
    _, elapsed = ask("/api/v1/search?" + urllib.parse.urlencode({"q": text}))
    print(f"| `{text}` | | | | {elapsed:.0f} | |")
