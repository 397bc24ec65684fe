"""The SQL that makes synthetic contributions."""

DIALOGUE = """
    with d as (
        insert into dialogue (slug, title, influence_text, use_text, moderation, published_at)
            values (:slug, 'Mätning', 'Inget', 'Inget', 'post', now() - interval '120 days') returning id)
    insert into phase (dialogue_id, title, opens_at) select id, 'Öppen', now() - interval '120 days' from d
"""
CATEGORY = """
    insert into category (dialogue_id, key, label_sv, position) select id, :key, :key, :position from dialogue
"""
DISTRICT = """
    insert into district (district_set_id, code, name, geom, population, population_year)
        select id, :code, :name, st_geomfromwkb(:geom, 3006), :population, 2025 from district_set
"""
# A copy lies some tens of metres from its pin; most write early, many write a line, a few a whole page.
ROWS = """
    with words as (
        select array['det är mörkt här på kvällen', 'bilarna kör för fort', 'belysningen fungerar inte',
            'fin plats att sitta på', 'det saknas en bänk', 'cykelbanan tar slut mitt i',
            'övergångsstället syns dåligt', 'häcken skymmer sikten', 'här borde det finnas en papperskorg',
            'det känns tryggt när affären är öppen', 'gångvägen är gropig', 'barnen korsar vägen här varje morgon',
            'bussen stannar för långt bort', 'parken är väl skött', 'lampan blinkar', 'det luktar från brunnen',
            'trottoaren är för smal för barnvagn', 'vi behöver fler träd', 'muren är nedklottrad',
            'isen ligger kvar länge', 'det blåser hårt vid perrongen', 'utsikten över havet är fantastisk',
            'staketet är trasigt', 'hundarna springer lösa', 'tunneln känns otrygg', 'skylten pekar fel'] as phrases,
            array['Vid skolan', 'Vid stationen', 'På torget', 'I parken', 'Längs ån', 'Vid hamnen',
            'Utanför vårdcentralen', 'Vid rondellen', 'På gården', 'Vid stranden', 'I tunneln', 'Vid busshållplatsen',
            'Bakom affären'] as places
    ), drawn as materialized (
        select i, floor(random() ^ 1.3 * :pins)::int as pin, sqrt(-2 * ln(1 - random())) * 35 as r,
            random() * 2 * pi() as a, random() as u, random() as v, random() as w, random() as t, random() as c,
            gen_random_uuid() as uuid
        from generate_series(1, cast(:count as integer)) i
    )
    insert into contribution (kind, client_id, receipt, dialogue_id, category_id, geom, anchor, raw_text, public_text,
            state, channel, submitted_at, received_at)
        select 'comment', uuid, 'BEN-26-' || lpad(i::text, 7, '0'), (select id from dialogue),
            (select min(id) from category) + floor(c ^ 1.7 * 6)::int, place, place, said, said, 'approved', 'web', sent,
            sent
        from (
            select d.*, st_setsrid(st_makepoint(p.x + r * cos(a), p.y + r * sin(a)), 3006) as place,
                places[1 + floor(u * 13)::int] || ' ' || phrases[1 + floor(v * 26)::int]
                    || case when w < 0.7 then ', och ' || phrases[1 + floor(w * 37)::int] else '' end || case
                    when w > 0.95 then '. ' || repeat(phrases[1 + floor(t * 26)::int] || '. ', 20) else '.' end as said,
                now() - interval '1 day' - (1 - t * t) * interval '118 days' as sent
            from drawn d join pin p on p.i = d.pin cross join words
        ) made order by i
"""
LINKS = """
    insert into contribution_district
            (contribution_id, district_set_id, district_id, dialogue_id, category_id, is_public)
        select distinct on (c.id, d.district_set_id)
            c.id, d.district_set_id, d.id, c.dialogue_id, c.category_id, true
        from contribution c join district d on st_covers(d.geom, c.anchor)
        order by c.id, d.district_set_id, d.code collate "C", d.id
"""

# Indexes that only speed reading are built once, after the rows.
INDEXES = """
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i left join pg_constraint c on c.conindid = i.indexrelid
    where i.indrelid in ('contribution'::regclass, 'contribution_district'::regclass) and c.oid is null
"""
