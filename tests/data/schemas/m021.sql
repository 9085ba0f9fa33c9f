BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'zhenggai','m001_first_schema','2026-11-23 06:01:22.206711+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'zhenggai','m002_search','2026-11-23 06:01:22.208073+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'zhenggai','m003_identity','2026-11-23 06:01:22.210510+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'zhenggai','m004_revisits','2026-11-23 06:01:22.210894+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'zhenggai','m005_reread','2026-11-23 06:01:22.212091+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'zhenggai','m006_facts','2026-11-23 06:01:22.220304+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'zhenggai','m007_search_by_date','2026-11-23 06:01:22.221998+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'zhenggai','m008_pages','2026-11-23 06:01:22.222538+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'zhenggai','m009_seals','2026-11-23 06:01:22.223921+00:00');
INSERT INTO "_sqlite_migrations" VALUES(10,'zhenggai','m010_publishing','2026-11-23 06:01:22.225916+00:00');
INSERT INTO "_sqlite_migrations" VALUES(11,'zhenggai','m012_segments','2026-11-23 06:01:22.226645+00:00');
INSERT INTO "_sqlite_migrations" VALUES(12,'zhenggai','m014_bounds','2026-11-23 06:01:22.227198+00:00');
INSERT INTO "_sqlite_migrations" VALUES(13,'zhenggai','m015_row_hashes','2026-11-23 06:01:22.228189+00:00');
INSERT INTO "_sqlite_migrations" VALUES(14,'zhenggai','m016_days_of_addresses','2026-11-23 06:01:22.229977+00:00');
INSERT INTO "_sqlite_migrations" VALUES(15,'zhenggai','m018_rereadings','2026-11-23 06:01:22.230422+00:00');
INSERT INTO "_sqlite_migrations" VALUES(16,'zhenggai','m019_merging','2026-11-23 06:01:22.230668+00:00');
INSERT INTO "_sqlite_migrations" VALUES(17,'zhenggai','m020_lists','2026-11-23 06:01:22.230992+00:00');
INSERT INTO "_sqlite_migrations" VALUES(18,'zhenggai','m021_rows_of_crawls','2026-11-23 06:01:22.231155+00:00');
CREATE TABLE "addresses" (
   "url" TEXT PRIMARY KEY,
   "notice_id" INTEGER REFERENCES "notices"("id"),
   "first_seen" TEXT
, "address_key" TEXT, printed TEXT, printed_quote TEXT, printed_rule TEXT, printed_capture TEXT REFERENCES captures (id));
INSERT INTO "addresses" VALUES('http://127.0.0.1:34981/tzgg/t20230101_1.html',20230101647555,'2026-11-22T15:50:26Z','//127.0.0.1:34981/tzgg/t20230101_1.html',NULL,NULL,NULL,NULL);
INSERT INTO "addresses" VALUES('http://127.0.0.1:34981/tzgg/t20230102_2.html',20230101590440,'2026-11-22T15:50:26Z','//127.0.0.1:34981/tzgg/t20230102_2.html',NULL,NULL,NULL,NULL);
CREATE TABLE "answers" (
   "article_id" TEXT REFERENCES "captures"("id"),
   "position" INTEGER,
   "role" TEXT,
   "url" TEXT,
   "label" TEXT,
   "listed_date" TEXT,
   "status" INTEGER,
   "error" TEXT,
   "capture_id" TEXT REFERENCES "captures"("id"),
   PRIMARY KEY ("article_id", "position")
);
INSERT INTO "answers" VALUES('<urn:uuid:801fdf71-075f-44a7-ade2-b968ca8990ea>',0,'article','http://127.0.0.1:34981/tzgg/t20230103_3.html','县委巡察组向县水务局党组反馈巡察整改情况','2023-01-03',200,NULL,'<urn:uuid:801fdf71-075f-44a7-ade2-b968ca8990ea>');
INSERT INTO "answers" VALUES('<urn:uuid:998a266d-42a0-4bca-a137-df5dab3d3df2>',0,'article','http://127.0.0.1:34981/tzgg/t20230101_1.html','中共临河县第1水务所党支部关于巡察整改情况的通报','2023-01-01',200,NULL,'<urn:uuid:998a266d-42a0-4bca-a137-df5dab3d3df2>');
INSERT INTO "answers" VALUES('<urn:uuid:b9c8ce3b-3143-492e-b0fc-d17af7f877cd>',0,'article','http://127.0.0.1:34981/tzgg/t20230102_2.html','中共临河县第2水务所党支部关于巡察整改情况的通报','2023-01-01',200,NULL,'<urn:uuid:b9c8ce3b-3143-492e-b0fc-d17af7f877cd>');
INSERT INTO "answers" VALUES('<urn:uuid:cbb005e9-3360-486a-b9a6-3df4791188f7>',0,'article','http://127.0.0.1:34981/tzgg/t20230102_2.html','中共临河县第2水务所党支部关于巡察整改情况的通报','2023-01-01',200,NULL,'<urn:uuid:cbb005e9-3360-486a-b9a6-3df4791188f7>');
INSERT INTO "answers" VALUES('<urn:uuid:f12039d6-b1f3-49db-b794-1b3c511a3d78>',0,'article','http://127.0.0.1:34981/tzgg/t20230103_3.html','县委巡察组向县水务局党组反馈巡察整改情况','2023-01-03',200,NULL,'<urn:uuid:f12039d6-b1f3-49db-b794-1b3c511a3d78>');
CREATE TABLE "bands" (
   "value" INTEGER,
   "notice_id" INTEGER REFERENCES "notices"("id"),
   PRIMARY KEY ("value", "notice_id")
);
CREATE TABLE "bodies" (
   "id" INTEGER PRIMARY KEY,
   "name" TEXT,
   "names" TEXT,
   "division_code" TEXT,
   "sector" TEXT
, key TEXT, former_names TEXT);
INSERT INTO "bodies" VALUES(1,'县水务局党组','["县水务局党组"]','130000','水利','130000:水务局','[]');
INSERT INTO "bodies" VALUES(2,'中共临河县第1水务所党支部','["中共临河县第1水务所党支部"]','130000','水利',':临河县第1水务所','[]');
INSERT INTO "bodies" VALUES(3,'中共临河县第2水务所党支部','["中共临河县第2水务所党支部"]','130000','水利',':临河县第2水务所','[]');
CREATE TABLE "captures" (
   "id" TEXT PRIMARY KEY,
   "crawl_id" INTEGER REFERENCES "crawls"("id"),
   "site" TEXT REFERENCES "sites"("id"),
   "url" TEXT,
   "time" TEXT,
   "status" INTEGER,
   "headers" TEXT,
   "sha256" TEXT,
   "length" INTEGER,
   "warc_file" TEXT,
   "warc_offset" INTEGER
, revisit_of TEXT REFERENCES captures (id));
INSERT INTO "captures" VALUES('<urn:uuid:c9bc0890-ec10-4244-90c0-7c9bec599889>',1,'130000_linhe','http://127.0.0.1:34981/robots.txt','2026-11-22T15:50:25Z',404,'{"Content-Length": "9", "Server": "BaseHTTP/0.6 Python/3.11.7", "Date": "Sun, 22 Nov 2026 15:50:25 GMT", "Content-Type": "text/html"}','907ba78b4545338d3539683e63ecb51cf51c10adc9dabd86e92bd52339f298b9',9,'captures/20261122155025-130000_linhe-12407.warc.gz',581,NULL);
INSERT INTO "captures" VALUES('<urn:uuid:ccd768c6-e63f-4f9d-a6e4-29d3180c5e8b>',1,'130000_linhe','http://127.0.0.1:34981/tzgg/','2026-11-22T15:50:25Z',200,'{"Content-Length": "1061", "Server": "BaseHTTP/0.6 Python/3.11.7", "Date": "Sun, 22 Nov 2026 15:50:25 GMT", "Content-Type": "text/html"}','8baed099bee143aa8263fa383c0a128c17c0c7395eebdb1affed050a518b7b9a',1061,'captures/20261122155025-130000_linhe-12407.warc.gz',1496,NULL);
INSERT INTO "captures" VALUES('<urn:uuid:801fdf71-075f-44a7-ade2-b968ca8990ea>',1,'130000_linhe','http://127.0.0.1:34981/tzgg/t20230103_3.html','2026-11-22T15:50:26Z',200,'{"Content-Length": "360", "Server": "BaseHTTP/0.6 Python/3.11.7", "Date": "Sun, 22 Nov 2026 15:50:26 GMT", "Content-Type": "text/html"}','90fbbcd35350d58e01d93ccbb668e3005ef10b5af14893d140095062627a0cc4',360,'captures/20261122155025-130000_linhe-12407.warc.gz',2824,NULL);
INSERT INTO "captures" VALUES('<urn:uuid:998a266d-42a0-4bca-a137-df5dab3d3df2>',1,'130000_linhe','http://127.0.0.1:34981/tzgg/t20230101_1.html','2026-11-22T15:50:26Z',200,'{"Content-Length": "684", "Server": "BaseHTTP/0.6 Python/3.11.7", "Date": "Sun, 22 Nov 2026 15:50:26 GMT", "Content-Type": "text/html"}','ea1d287a70de156807750775b223fbb8ebc60ee23b0477dac526c9dabffab0eb',684,'captures/20261122155025-130000_linhe-12407.warc.gz',3999,NULL);
INSERT INTO "captures" VALUES('<urn:uuid:b9c8ce3b-3143-492e-b0fc-d17af7f877cd>',1,'130000_linhe','http://127.0.0.1:34981/tzgg/t20230102_2.html','2026-11-22T15:50:26Z',200,'{"Content-Length": "684", "Server": "BaseHTTP/0.6 Python/3.11.7", "Date": "Sun, 22 Nov 2026 15:50:26 GMT", "Content-Type": "text/html"}','707d408e47ecff8814d9a11e980e70ed82d2683397f6275729bf3e33a15725ee',684,'captures/20261122155025-130000_linhe-12407.warc.gz',5383,NULL);
INSERT INTO "captures" VALUES('<urn:uuid:eab0d39f-ccd5-4451-b20b-3ebd470ae977>',2,'130000_linhe','http://127.0.0.1:34981/robots.txt','2026-11-22T15:50:34Z',404,'{"Content-Length": "9", "Server": "BaseHTTP/0.6 Python/3.11.7", "Date": "Sun, 22 Nov 2026 15:50:34 GMT", "Content-Type": "text/html"}','907ba78b4545338d3539683e63ecb51cf51c10adc9dabd86e92bd52339f298b9',9,'captures/20261122155034-130000_linhe-12515.warc.gz',583,'<urn:uuid:c9bc0890-ec10-4244-90c0-7c9bec599889>');
INSERT INTO "captures" VALUES('<urn:uuid:c28e7f67-ba83-497a-9e59-6d79efe22b83>',2,'130000_linhe','http://127.0.0.1:34981/tzgg/t20230101_1.html','2026-11-22T15:50:34Z',200,'{"Content-Length": "684", "Server": "BaseHTTP/0.6 Python/3.11.7", "Date": "Sun, 22 Nov 2026 15:50:34 GMT", "Content-Type": "text/html"}','ea1d287a70de156807750775b223fbb8ebc60ee23b0477dac526c9dabffab0eb',684,'captures/20261122155034-130000_linhe-12515.warc.gz',1582,'<urn:uuid:998a266d-42a0-4bca-a137-df5dab3d3df2>');
INSERT INTO "captures" VALUES('<urn:uuid:cbb005e9-3360-486a-b9a6-3df4791188f7>',2,'130000_linhe','http://127.0.0.1:34981/tzgg/t20230102_2.html','2026-11-22T15:50:34Z',200,'{"Content-Length": "684", "Server": "BaseHTTP/0.6 Python/3.11.7", "Date": "Sun, 22 Nov 2026 15:50:34 GMT", "Content-Type": "text/html"}','78bf70b6683d11a8e3d24e79520a946f30b8f822306c159f6d7800e9e47457a9',684,'captures/20261122155034-130000_linhe-12515.warc.gz',2595,NULL);
INSERT INTO "captures" VALUES('<urn:uuid:f12039d6-b1f3-49db-b794-1b3c511a3d78>',2,'130000_linhe','http://127.0.0.1:34981/tzgg/t20230103_3.html','2026-11-22T15:50:34Z',200,'{"Content-Length": "360", "Server": "BaseHTTP/0.6 Python/3.11.7", "Date": "Sun, 22 Nov 2026 15:50:34 GMT", "Content-Type": "text/html"}','90fbbcd35350d58e01d93ccbb668e3005ef10b5af14893d140095062627a0cc4',360,'captures/20261122155034-130000_linhe-12515.warc.gz',3967,'<urn:uuid:801fdf71-075f-44a7-ade2-b968ca8990ea>');
INSERT INTO "captures" VALUES('<urn:uuid:c824c87c-ad82-4805-91ec-f09aa5963cee>',2,'130000_linhe','http://127.0.0.1:34981/tzgg/','2026-11-22T15:50:34Z',200,'{"Content-Length": "1061", "Server": "BaseHTTP/0.6 Python/3.11.7", "Date": "Sun, 22 Nov 2026 15:50:34 GMT", "Content-Type": "text/html"}','8baed099bee143aa8263fa383c0a128c17c0c7395eebdb1affed050a518b7b9a',1061,'captures/20261122155034-130000_linhe-12515.warc.gz',4982,'<urn:uuid:ccd768c6-e63f-4f9d-a6e4-29d3180c5e8b>');
PRAGMA writable_schema=ON;
INSERT INTO sqlite_master(type,name,tbl_name,rootpage,sql)VALUES('table','characters_fts','characters_fts',0,'CREATE VIRTUAL TABLE characters_fts USING fts5(both, content='''', detail=none, tokenize="ascii tokenchars ''	
!""#$%&''''()*+,-./:;<=>?@[\]^_`{|}~''")');
CREATE TABLE 'characters_fts_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO "characters_fts_config" VALUES('automerge',0);
INSERT INTO "characters_fts_config" VALUES('crisismerge',16);
INSERT INTO "characters_fts_config" VALUES('hashsize',16777216);
INSERT INTO "characters_fts_config" VALUES('usermerge',8);
INSERT INTO "characters_fts_config" VALUES('version',4);
CREATE TABLE 'characters_fts_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO "characters_fts_data" VALUES(1,X'028131');
INSERT INTO "characters_fts_data" VALUES(10,X'000000050101000001010101');
INSERT INTO "characters_fts_data" VALUES(137438953473,X'0000036602301FB2D1A080000101012CB2D1A0800001010130B2D1A0800001010131B2D1A0800001010132B2D1A0800001010133B2D1A0800001010134B2D1A0800001010136B2D1A0800001010137B2D1A0800101013AB2D1A08000010103E2809CB2D1A080000103019DB2D1A08000010103E38081B2D1A0800001030182B2D1A08000010103E4B880B2D1A080000103018DB2D1A08000010301ADB2D1A08000010301B4B2D1A08000010202BA86B2D1A0800001030188B2D1A080000103018CB2D1A080000103018EB2D1A08000010202BBA5B2D1A08000010202BFAEB2D1A08000010103E5859AB2D1A08000010301ACB2D1A08000010301B1B2D1A08000010301B3B2D1A0800001020286B5B2D1A080000102028A9EB2D1A08000010301A1B2D1A080000102028EBFB2D1A080000102028F8DB2D1A08000010202A794B2D1A08000010202AE8CB2D1A08000010202AF9FB2D1A08000010301B9B2D1A08000010202B086B2D1A08000010202B180B2D1A08000010202B7A1B2D1A08000010301B2B2D1A08000010202B883B2D1A08000010202B9B4B2D1A08000010103E68385B2D1A08000010202848FB2D1A080000102028890B2D1A080000102028980B2D1A080000102028AA5B2D1A080000102028D9FB2D1A08000010301A2B2D1A08000010301AEB2D1A0800001020294AFB2D1A08000010301B6B2D1A08000010301B9B2D1A0800001020295B4B2D1A0800001020297A5B2D1A080000102029BB4B2D1A080000102029C88B2D1A08000010202A0B9B2D1A08000010202AEB5B2D1A08000010202B0B4B2D1A08000010202B2B3B2D1A08000010202B395B2D1A08000010202BC8FB2D1A08000010103E78E87B2D1A08000010301B0B2D1A080000102029A84B2D1A08000010202ACACB2D1A08000010202AEA1B2D1A08000010202BB84B2D1A080000103019FB2D1A08000010202BCB4B2D1A08000010202BDB2B2D1A08000010103E887B3B2D1A080000102028C83B2D1A08000010202A18CB2D1A08000010202A781B2D1A0800001030184B2D1A08000010202AEA2B2D1A08000010202B4B9B2D1A08000010202BF9BB2D1A08000010103E9809AB2D1A080000102028193B2D1A0800001020283A8B2D1A0800001020297AEB2D1A08000010202A1B9B2D1A08000010202A298B2D1A08000010202A688B2D1A08000010202AB98B2D1A080000104090909090909090908090B090B090B0909090A0909090A0A0B0909090A0A090A0A0A0A0A090A0A0A090A0A0B0A0A0A0A0A09090A09090A0A0A0A0A0A0A0A0A0A0B090A0A0A0A090A0A0B0A0A0A090A0A0A0B0A0A0A0A0A0A');
CREATE TABLE 'characters_fts_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO "characters_fts_docsize" VALUES(13592166400,X'58');
INSERT INTO "characters_fts_docsize" VALUES(13592166401,X'59');
CREATE TABLE 'characters_fts_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO "characters_fts_idx" VALUES(1,X'',2);
CREATE TABLE "contacts" (
   "notice_id" INTEGER REFERENCES "notices"("id"),
   "position" INTEGER,
   "kind" TEXT,
   "value" TEXT,
   "start" INTEGER,
   "end" INTEGER, extension TEXT,
   PRIMARY KEY ("notice_id", "position")
);
CREATE TABLE "crawls" (
   "id" INTEGER PRIMARY KEY,
   "site" TEXT REFERENCES "sites"("id"),
   "started" TEXT,
   "finished" TEXT,
   "finish_reason" TEXT,
   "requests" INTEGER,
   "listed" INTEGER,
   "new" INTEGER,
   "changed" INTEGER,
   "gone" INTEGER,
   "blocked" INTEGER,
   "errors" INTEGER
, link INTEGER, sealed TEXT, root TEXT, segment TEXT REFERENCES segments (id), left_at_bounds TEXT);
INSERT INTO "crawls" VALUES(1,'130000_linhe','2026-11-22T15:50:25Z','2026-11-22T15:50:27Z','finished',5,3,2,0,0,0,0,1,'{"captures": {"to": 5, "sha256": "fde2e7bf6a690194ce44664b9dfb237fdf32cc977c8ed69d10f301f504f68eaf"}, "versions": {"to": 2, "sha256": "e54932e52334d96c5e0ca37c5ff42909a83c880250eb1e5a1307aacad60a5f25"}, "answers": {"to": 3, "sha256": "78dbb36cd8d602980967a50772f50766820359af1b9455619a56ace509fa2834"}, "earlier_values": {"to": 0, "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','4cbdfaa9c03301574154c8bf38aad2fa04bb946f22970c166f12ac22f38f920a',NULL,NULL);
INSERT INTO "crawls" VALUES(2,'130000_linhe','2026-11-22T15:50:34Z','2026-11-22T15:50:36Z','finished',5,3,0,1,0,0,0,2,'{"captures": {"to": 10, "sha256": "292e56ceaae45b6db9d8649a9a1a481838fbd037acad8f2280ea8840021b37c9"}, "versions": {"to": 3, "sha256": "0ab8f3c7f14a3c8343e3c1b2c764bf97444edeaaaad072461c9512d259a62904"}, "answers": {"to": 5, "sha256": "3b3a2bd13e0aec871bc262d8a356ac1dd6513a88d4394374cfffcc374f59f653"}, "earlier_values": {"to": 0, "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','5b21630c95f5066e3240071816e100b8270519eecba6c7ec5a018d20ecf14530',NULL,NULL);
CREATE TABLE "doubts" (
   "notice_id" INTEGER REFERENCES "notices"("id"),
   "position" INTEGER,
   "field" TEXT,
   "reason" TEXT,
   "quote" TEXT,
   "start" INTEGER,
   "end" INTEGER,
   PRIMARY KEY ("notice_id", "position")
);
CREATE TABLE "earlier_values" (
   "notice_id" INTEGER REFERENCES "notices"("id"),
   "field" TEXT,
   "value" TEXT,
   "rules" TEXT,
   "replaced_at" TEXT,
   "replaced_by" TEXT
, version INTEGER);
INSERT INTO "earlier_values" VALUES(20230101590440,'round','1','0.0.9','2026-11-01T00:00:00Z','0.1.0',NULL);
CREATE TABLE "evidence" (
   "notice_id" INTEGER REFERENCES "notices"("id"),
   "field" TEXT,
   "quote" TEXT,
   "start" INTEGER,
   "end" INTEGER,
   "in" TEXT,
   "rule" TEXT,
   PRIMARY KEY ("notice_id", "field")
);
INSERT INTO "evidence" VALUES(20230101647555,'title','中共临河县第1水务所党支部关于巡察整改情况的通报',NULL,NULL,'page','heading');
INSERT INTO "evidence" VALUES(20230101647555,'published','2023-01-01',NULL,NULL,'page','list');
INSERT INTO "evidence" VALUES(20230101647555,'inspection_start','2022年3月1日',9,18,'text','period: from … to …');
INSERT INTO "evidence" VALUES(20230101647555,'inspection_end','4月30日',19,24,'text','period: from … to …');
INSERT INTO "evidence" VALUES(20230101647555,'feedback_date','2022年6月1日',45,54,'text','feedback: date before 反馈');
INSERT INTO "evidence" VALUES(20230101647555,'inspected_body_raw','县水务局党组',33,39,'text','inspected body: 对…进行巡察');
INSERT INTO "evidence" VALUES(20230101647555,'inspected_body','县水务局党组',33,39,'text','inspected body: 对…进行巡察');
INSERT INTO "evidence" VALUES(20230101647555,'issuing_body','中共临河县第1水务所党支部',0,13,'title','body: title');
INSERT INTO "evidence" VALUES(20230101647555,'province','130000',NULL,NULL,'page','place: the site''s declared division');
INSERT INTO "evidence" VALUES(20230101647555,'division_code','130000',NULL,NULL,'page','place: the site''s declared division');
INSERT INTO "evidence" VALUES(20230101647555,'inspecting_body_raw','县委',2,4,'text','inspecting body: 根据…部署');
INSERT INTO "evidence" VALUES(20230101647555,'inspection_team','县委第二巡察组',25,32,'text','team: …巡察组');
INSERT INTO "evidence" VALUES(20230101647555,'inspection_level','县委第二巡察组',25,32,'text','team: …巡察组');
INSERT INTO "evidence" VALUES(20230101647555,'rules_made','整改情况：修订办法一项',127,138,'text','total: sum of 1');
INSERT INTO "evidence" VALUES(20230101590440,'title','中共临河县第2水务所党支部关于巡察整改情况的通报',NULL,NULL,'page','heading');
INSERT INTO "evidence" VALUES(20230101590440,'published','2023-01-01',NULL,NULL,'page','list');
INSERT INTO "evidence" VALUES(20230101590440,'inspection_start','2022年3月1日',9,18,'text','period: from … to …');
INSERT INTO "evidence" VALUES(20230101590440,'inspection_end','4月30日',19,24,'text','period: from … to …');
INSERT INTO "evidence" VALUES(20230101590440,'feedback_date','2022年6月1日',45,54,'text','feedback: date before 反馈');
INSERT INTO "evidence" VALUES(20230101590440,'inspected_body_raw','县水务局党组',33,39,'text','inspected body: 对…进行巡察');
INSERT INTO "evidence" VALUES(20230101590440,'inspected_body','县水务局党组',33,39,'text','inspected body: 对…进行巡察');
INSERT INTO "evidence" VALUES(20230101590440,'issuing_body','中共临河县第2水务所党支部',0,13,'title','body: title');
INSERT INTO "evidence" VALUES(20230101590440,'province','130000',NULL,NULL,'page','place: the site''s declared division');
INSERT INTO "evidence" VALUES(20230101590440,'division_code','130000',NULL,NULL,'page','place: the site''s declared division');
INSERT INTO "evidence" VALUES(20230101590440,'inspecting_body_raw','县委',2,4,'text','inspecting body: 根据…部署');
INSERT INTO "evidence" VALUES(20230101590440,'inspection_team','县委第二巡察组',25,32,'text','team: …巡察组');
INSERT INTO "evidence" VALUES(20230101590440,'inspection_level','县委第二巡察组',25,32,'text','team: …巡察组');
INSERT INTO "evidence" VALUES(20230101590440,'rules_made','整改情况：修订办法一项',127,138,'text','total: sum of 1');
CREATE TABLE "figures" (
   "notice_id" INTEGER REFERENCES "notices"("id"),
   "position" INTEGER,
   "kind" TEXT,
   "value" REAL,
   "unit" TEXT,
   "quote" TEXT,
   "start" INTEGER,
   "end" INTEGER,
   "problem" INTEGER, upper REAL, word TEXT, about INTEGER, counted INTEGER,
   PRIMARY KEY ("notice_id", "position")
);
INSERT INTO "figures" VALUES(20230101647555,0,'rules_revised',1.0,'项','整改情况：修订办法一项',127,138,1,NULL,'修订',0,1);
INSERT INTO "figures" VALUES(20230101590440,0,'rules_revised',1.0,'项','整改情况：修订办法一项',127,138,1,NULL,'修订',0,1);
CREATE TABLE "notice_bodies" (
   "notice_id" INTEGER REFERENCES "notices"("id"),
   "position" INTEGER,
   "role" TEXT,
   "raw" TEXT,
   "name" TEXT,
   "quote" TEXT,
   "start" INTEGER,
   "end" INTEGER,
   "in" TEXT,
   "body_id" INTEGER REFERENCES "bodies"("id"),
   PRIMARY KEY ("notice_id", "position")
);
INSERT INTO "notice_bodies" VALUES(20230101647555,0,'被巡察','县水务局党组','县水务局党组','县水务局党组',33,39,'text',1);
INSERT INTO "notice_bodies" VALUES(20230101647555,1,'巡察','县委','县委','县委',2,4,'text',NULL);
INSERT INTO "notice_bodies" VALUES(20230101647555,2,'公布','中共临河县第1水务所党支部','中共临河县第1水务所党支部','中共临河县第1水务所党支部',0,13,'title',2);
INSERT INTO "notice_bodies" VALUES(20230101590440,0,'被巡察','县水务局党组','县水务局党组','县水务局党组',33,39,'text',1);
INSERT INTO "notice_bodies" VALUES(20230101590440,1,'巡察','县委','县委','县委',2,4,'text',NULL);
INSERT INTO "notice_bodies" VALUES(20230101590440,2,'公布','中共临河县第2水务所党支部','中共临河县第2水务所党支部','中共临河县第2水务所党支部',0,13,'title',3);
CREATE TABLE "notices" (
   "id" INTEGER PRIMARY KEY,
   "url" TEXT,
   "title" TEXT,
   "published" TEXT,
   "issuing_body" TEXT,
   "inspected_body_raw" TEXT,
   "inspected_body" TEXT,
   "inspecting_body_raw" TEXT,
   "inspecting_body" TEXT,
   "inspection_team" TEXT,
   "inspection_level" TEXT,
   "inspection_types" TEXT,
   "round" INTEGER,
   "inspection_start" TEXT,
   "inspection_end" TEXT,
   "feedback_date" TEXT,
   "signed_date" TEXT,
   "province" TEXT,
   "city" TEXT,
   "county" TEXT,
   "division_code" TEXT,
   "year" INTEGER,
   "money_recovered_yuan" REAL,
   "persons_disciplined" INTEGER,
   "rules_made" INTEGER,
   "problems_total" INTEGER,
   "problems_done" INTEGER,
   "site" TEXT REFERENCES "sites"("id"),
   "state" TEXT,
   "first_seen" TEXT,
   "last_seen" TEXT,
   "capture_id" TEXT REFERENCES "captures"("id"),
   "extractor" TEXT,
   "trafilatura" TEXT,
   "rules" TEXT
, problems_ongoing INTEGER, completion_rate REAL, unparsed_characters INTEGER);
INSERT INTO "notices" VALUES(20230101590440,'http://127.0.0.1:34981/tzgg/t20230102_2.html','中共临河县第2水务所党支部关于巡察整改情况的通报','2023-01-01','中共临河县第2水务所党支部','县水务局党组','县水务局党组','县委',NULL,'县委第二巡察组','县级','[]',NULL,'2022-03-01','2022-04-30','2022-06-01',NULL,'河北省',NULL,NULL,'130000',2023,NULL,NULL,1,NULL,NULL,'130000_linhe','changed','2026-11-22T15:50:26Z','2026-11-22T15:50:34Z','<urn:uuid:cbb005e9-3360-486a-b9a6-3df4791188f7>','.TRS_Editor','2.3.1','0.1.0',NULL,NULL,0);
INSERT INTO "notices" VALUES(20230101647555,'http://127.0.0.1:34981/tzgg/t20230101_1.html','中共临河县第1水务所党支部关于巡察整改情况的通报','2023-01-01','中共临河县第1水务所党支部','县水务局党组','县水务局党组','县委',NULL,'县委第二巡察组','县级','[]',NULL,'2022-03-01','2022-04-30','2022-06-01',NULL,'河北省',NULL,NULL,'130000',2023,NULL,NULL,1,NULL,NULL,'130000_linhe','live','2026-11-22T15:50:26Z','2026-11-22T15:50:34Z','<urn:uuid:998a266d-42a0-4bca-a137-df5dab3d3df2>','.TRS_Editor','2.3.1','0.1.0',NULL,NULL,0);
INSERT INTO sqlite_master(type,name,tbl_name,rootpage,sql)VALUES('table','notices_fts','notices_fts',0,'CREATE VIRTUAL TABLE notices_fts USING fts5(text, title, content='''', tokenize="ascii tokenchars ''	
!""#$%&''''()*+,-./:;<=>?@[\]^_`{|}~''")');
CREATE TABLE 'notices_fts_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO "notices_fts_config" VALUES('automerge',0);
INSERT INTO "notices_fts_config" VALUES('crisismerge',16);
INSERT INTO "notices_fts_config" VALUES('hashsize',16777216);
INSERT INTO "notices_fts_config" VALUES('rank','bm25(1.0, 10.0)');
INSERT INTO "notices_fts_config" VALUES('usermerge',8);
INSERT INTO "notices_fts_config" VALUES('version',4);
CREATE TABLE 'notices_fts_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO "notices_fts_data" VALUES(1,X'02822230');
INSERT INTO "notices_fts_data" VALUES(10,X'000000060101000001010101');
INSERT INTO "notices_fts_data" VALUES(137438953473,X'000008C505301FE4B880B2D1A08000024B01024B0302BA8CB2D1A08000026E01026E0203E695B4B2D1A08000045A2801045A2801022C32B2D1A08000020A01020A0203E58EBFB2D1A08000021A01021A0302B7B2B2D1A080000467270104672701023032B2D1A08000040C2601040C260203E697A5B2D1A080000218010218010431E697A5B2D1A08000041226010412260302AEB5B2D1A0800002630302B0B4B2D1A080000601010801023230B2D1A08000040B2601040B26020132B2D1A08000040D2601040D260203E5B9B4B2D1A08000040E2601040E260203E6B0B4B2D1A080010601010801023330B2D1A0800002170102170203E69C88B2D1A080000210010210010434E69C88B2D1A080000215010215010436E69C88B2D1A080000234010234010437E6AEB5B2D1A08001026301043AE4BFAEB2D1A08000048105010481050203E69BB4B2D1A08000025F01025F0106E2809CE6B0B4B2D1A0800002730102730502BC8FB2D1A08000025001025003049DE79A84B2D1A08000045528010455280106E38081E585B3B2D1A08000044D2501044D250302821EB2D1A080000481120104811204011FB2D1A08000084A11161401084A111614040132B2D1A08000022E01022E0403E78EB0B2D1A08000023F01023F0106E4B880E38081B2D1A08000024C01024C0403E983A8B2D1A0800002070102070502A1B9B2D1A0800004810A0104810A03048DE8A784B2D1A0800002780102780304ADE585B1B2D1A080000601010201060101020304B4E6B2B3B2D1A080000601010401060101040205BA86E5B7A1B2D1A08000042B1101042B11030488E4BBA5B2D1A08000024601024603048CE38081B2D1A08000026F01026F0403E5B7A1B2D1A08000021E01021E03048EE2809CB2D1A08000044F2501044F250403E5B7A1B2D1A080000601011001060101100205BBA5E585ACB2D1A0800002470102470205BFAEE8AEA2B2D1A08000048106010481060106E5859AE694AFB2D1A080000601010C010601010C0403E7BB84B2D1A0800002270102270304ACE5B883B2D1A0800002480102480304B1E4B8B4B2D1A080000601010301060101030304B3E4BA8EB2D1A080000A4E2501010F010A4E2501010F020386B53AB2D1A08000045E2801045E280403E4BA88B2D1A0800002450102450403E79A84B2D1A0800006010116010601011602058A9EE6B395B2D1A08000048108010481080304A1E5B180B2D1A0800002250102250403E68980B2D1A080000601010A010601010A02058EBFE5A794B2D1A08000040419010404190403E6B0B4B2D1A0800002230102230403E7ACACB2D1A0800006010106010601010602058F8DE9A688B2D1A0800002380102380205A794E7ACACB2D1A08000021C01021C0502BB9FB2D1A0800002050102050205AE8CE68890B2D1A08000046927010469270205AF9FE38082B2D1A08000022D01022D0403E6848FB2D1A08000023C01023C050295B4B2D1A080000601011201060101120403E7BB84B2D1A0800002200102200304B9E58EBFB2D1A0800002220102220205B086E695B4B2D1A0800002410102410205B180E5859AB2D1A0800002260102260205B7A1E5AF9FB2D1A080000C1F0F11010111010C1F0F110101110304B2E5AE8CB2D1A08000046827010468270205B883E38082B2D1A0800002490102490203B9B433B2D1A08000020F01020F040136B2D1A0800002330102330106E68385E586B5B2D1A080000C441B28010115010C441B280101150205848FE8A781B2D1A08000023D01023D02058890E695B4B2D1A08000046A2701046A2702058980E5859AB2D1A080000601010B010601010B02038AA51EB2D1A0800006010119010601011902058D9FE78E87B2D1A0800002520102520304A2E7ACACB2D1A0800002610102610304AEE58EBFB2D1A080000203010203020594AFE983A8B2D1A080000601010D010601010D0304B6E7BCB4B2D1A0800002760102760304B9E38082B2D1A08000046C2701046C270403E68385B2D1A080000C431B28010114010C431B28010114020595B4E694B9B2D1A0800010421B1218110101130110421B121811010113020397A52CB2D1A0800002190102190403E58F8DB2D1A0800002370102370403E887B3B2D1A08000021301021302059BB4E68DA2B2D1A08000026001026002039C8831B2D1A0800004112601041126040133B2D1A0800002160102160205A0B9E68DAEB2D1A0800002020102020205AEB5E7AEA1B2D1A0800002640102640205B0B4E58AA1B2D1A0800008240101090108240101090403E8B4B9B2D1A0800002740102740205B2B3E58EBFB2D1A080000601010501060101050205B395E4B880B2D1A08000048109010481090205BC8FE68D9FB2D1A0800002510102510106E78E87E9AB98B2D1A0800002530102530304B0E5B086B2D1A08000024001024002059A84E9809AB2D1A08000060101170106010117050297AEB2D1A08000045628010456280203ACAC31B2D1A080000862010107040132B2D1A0800106010107040137B2D1A0800102620403E4BA8CB2D1A08000021D01021D0205AEA1E98193B2D1A0800002650102650205BB84E5AFB9B2D1A0800002210102210403E8BF9BB2D1A08000022801022803049FE4B880B2D1A0800002060102060205BCB4E4B88DB2D1A0800002770102770203BDB22CB2D1A0800002090102090104E887B334B2D1A08000021401021402058C83E2809DB2D1A08000027A01027A0205A18CE4BA86B2D1A08000022A01022A0205A781E38082B2D1A08000023E01023E030484E88C83B2D1A0800002790102790205AEA2E58A9EB2D1A08000048107010481070205B4B9E694B6B2D1A0800002750102750205BF9BE8A18CB2D1A0800002290102290106E9809AE68AA5B2D1A08000060101180106010118020381932CB2D1A080000266010266020583A8E585B3B2D1A080000601010E010601010E0403E7BDB2B2D1A080000208010208020597AEE9A298B2D1A08000045728010457280203A1B92CB2D1A0800004810B0104810B0205A298E38082B2D1A08000045828010458280205A688E4BA86B2D1A0800002390102390205AB98E2809DB2D1A08000025401025404100E110E0F10100F120B0D100F110E0E0F10100D120F120E121410130D0F120F101014141310100F12131113160F101418110F13131013130F1311110E13110F120F1011111B12110F0D1C11131513111010151012191F0F0F0F11110D1111170F151311121015100F0C0A0F11110F10110F1011111110131111160F150F13111311');
CREATE TABLE 'notices_fts_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO "notices_fts_docsize" VALUES(13592166400,X'811118');
INSERT INTO "notices_fts_docsize" VALUES(13592166401,X'811118');
CREATE TABLE 'notices_fts_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO "notices_fts_idx" VALUES(1,X'',2);
CREATE TABLE "pages" (
   "url" TEXT PRIMARY KEY,
   "site" TEXT REFERENCES "sites"("id"),
   "kind" TEXT,
   "title" TEXT,
   "listed_date" TEXT,
   "candidate" INTEGER,
   "state" TEXT,
   "status" INTEGER,
   "error" TEXT,
   "notice_id" INTEGER REFERENCES "notices"("id"),
   "text_sha256" TEXT,
   "first_seen" TEXT,
   "last_visit" TEXT,
   "next_visit" TEXT,
   "interval_days" INTEGER,
   "missing_since" TEXT,
   "walked" TEXT,
   "capture_id" TEXT REFERENCES "captures"("id")
, "address_key" TEXT, "etag" TEXT, "last_modified" TEXT, "walked_whole" TEXT);
INSERT INTO "pages" VALUES('http://127.0.0.1:34981/tzgg/','130000_linhe','list',NULL,NULL,NULL,'live',200,NULL,NULL,NULL,'2026-11-22T15:50:25Z','2026-11-22T15:50:34Z','2026-11-23T09:50:34Z',1,NULL,'2026-11-22T15:50:34Z','<urn:uuid:c824c87c-ad82-4805-91ec-f09aa5963cee>','http://127.0.0.1:34981/tzgg/',NULL,NULL,'2026-11-22T15:50:34Z');
INSERT INTO "pages" VALUES('http://127.0.0.1:34981/tzgg/t20230103_3.html','130000_linhe','article','县委巡察组向县水务局党组反馈巡察整改情况','2023-01-03',1,'live',200,NULL,NULL,NULL,'2026-11-22T15:50:25Z','2026-11-22T15:50:34Z','2027-02-20T09:50:34Z',90,NULL,NULL,'<urn:uuid:f12039d6-b1f3-49db-b794-1b3c511a3d78>','//127.0.0.1:34981/tzgg/t20230103_3.html',NULL,NULL,NULL);
INSERT INTO "pages" VALUES('http://127.0.0.1:34981/tzgg/t20230101_1.html','130000_linhe','article','中共临河县第1水务所党支部关于巡察整改情况的通报','2023-01-01',1,'live',200,NULL,20230101647555,'23b648aa34f818b3ca2f1a4c9ce7a9f1fcc43b09b30fe9ca2825b898b13f8827','2026-11-22T15:50:25Z','2026-11-22T15:50:34Z','2026-11-24T09:50:34Z',2,NULL,NULL,'<urn:uuid:c28e7f67-ba83-497a-9e59-6d79efe22b83>','//127.0.0.1:34981/tzgg/t20230101_1.html',NULL,NULL,NULL);
INSERT INTO "pages" VALUES('http://127.0.0.1:34981/tzgg/t20230102_2.html','130000_linhe','article','中共临河县第2水务所党支部关于巡察整改情况的通报','2023-01-01',1,'changed',200,NULL,20230101590440,'fac419aa8e59a5ad63294a78582f0a29858fc8d335d3b3ec25b1b508f87c08b0','2026-11-22T15:50:25Z','2026-11-22T15:50:34Z','2026-11-23T09:50:34Z',1,NULL,NULL,'<urn:uuid:cbb005e9-3360-486a-b9a6-3df4791188f7>','//127.0.0.1:34981/tzgg/t20230102_2.html',NULL,NULL,NULL);
CREATE TABLE "periods" (
   "notice_id" INTEGER REFERENCES "notices"("id"),
   "position" INTEGER,
   "first_day" TEXT,
   "last_day" TEXT,
   "quote" TEXT,
   "start" INTEGER,
   "end" INTEGER,
   PRIMARY KEY ("notice_id", "position")
);
INSERT INTO "periods" VALUES(20230101647555,0,'2022-03-01','2022-04-30','2022年3月1日至4月30日',9,24);
INSERT INTO "periods" VALUES(20230101590440,0,'2022-03-01','2022-04-30','2022年3月1日至4月30日',9,24);
CREATE TABLE "problems" (
   "notice_id" INTEGER REFERENCES "notices"("id"),
   "position" INTEGER,
   "number" TEXT,
   "depth" INTEGER,
   "leaf" INTEGER,
   "problem" TEXT,
   "measures" TEXT,
   "status" TEXT,
   "start" INTEGER,
   "end" INTEGER,
   "problem_start" INTEGER,
   "problem_end" INTEGER,
   PRIMARY KEY ("notice_id", "position")
);
INSERT INTO "problems" VALUES(20230101647555,0,'一、',1,1,'漏损率高','整改情况：更换第1段管道，已完成整改。','已完成',74,109,79,83);
INSERT INTO "problems" VALUES(20230101647555,1,'二、',1,1,'水费收缴不规范','整改情况：修订办法一项，已完成整改。','已完成',109,145,114,121);
INSERT INTO "problems" VALUES(20230101590440,0,'一、',1,1,'漏损率高','整改情况：更换第7段管道，已完成整改。','已完成',74,109,79,83);
INSERT INTO "problems" VALUES(20230101590440,1,'二、',1,1,'水费收缴不规范','整改情况：修订办法一项，已完成整改。','已完成',109,145,114,121);
CREATE TABLE "rejections" (
   "url" TEXT PRIMARY KEY,
   "site" TEXT REFERENCES "sites"("id"),
   "title" TEXT,
   "published" TEXT,
   "reason" TEXT,
   "judged_at" TEXT,
   "capture_id" TEXT REFERENCES "captures"("id"),
   "rules" TEXT
);
INSERT INTO "rejections" VALUES('http://127.0.0.1:34981/tzgg/t20230103_3.html','130000_linhe','县委巡察组向县水务局党组反馈巡察整改情况','2023-01-03','正文没有以被巡视巡察单位的名义公布整改情况','2026-11-22T15:50:34Z','<urn:uuid:f12039d6-b1f3-49db-b794-1b3c511a3d78>','0.1.0');
CREATE TABLE "rereadings" (
   "id" INTEGER PRIMARY KEY,
   "started" TEXT,
   "finished" TEXT,
   "rules" TEXT,
   "trafilatura" TEXT,
   "pages" INTEGER,
   "differ" INTEGER,
   "gained" INTEGER,
   "lost" INTEGER,
   "failed" INTEGER,
   "link" INTEGER,
   "sealed" TEXT,
   "root" TEXT
);
CREATE TABLE "row_hashes" (
   "number" INTEGER PRIMARY KEY,
   "table_name" TEXT NOT NULL,
   "key" TEXT NOT NULL,
   "sha256" TEXT
);
INSERT INTO "row_hashes" VALUES(1,'notices','20230101590440','ae791513ceb2ca8775022b0159587627bfc903a447f8b26ceafab7c6c6a0aa5a');
INSERT INTO "row_hashes" VALUES(2,'notices','20230101647555','eae4fc6f6fcde295f51f8fb7c6b42e146cf64b7e474aa87e91f375784dfab945');
INSERT INTO "row_hashes" VALUES(3,'addresses','http://127.0.0.1:34981/tzgg/t20230101_1.html','978284d173c153a06cad2a8ace2dac918bc7b87e82d94d107d527d0ea0e6d309');
INSERT INTO "row_hashes" VALUES(4,'addresses','http://127.0.0.1:34981/tzgg/t20230102_2.html','58dfab1bd5791462d69946f60315bde71f1233a06ddce0bd8029b716cf1c2ff1');
INSERT INTO "row_hashes" VALUES(5,'rejections','http://127.0.0.1:34981/tzgg/t20230103_3.html','9772a1ba6f36b12dae56937b839b1a2ea7bcaae44736bce5669f58e106f7b729');
INSERT INTO "row_hashes" VALUES(6,'bodies','1','654fd7d0fe96b230b57e6c06d43c7386032d8c4d934c9459f6a5e18bfe0b8b0e');
INSERT INTO "row_hashes" VALUES(7,'bodies','2','b14dbbb7da12d6a09bf5665a998b05b42d146af14c646ecccb1ebee3f8f37494');
INSERT INTO "row_hashes" VALUES(8,'bodies','3','a1bab2516596c7b4a5dfcae82af6857e91174fb6c5de7c0a09a5b79bcb28cf9c');
INSERT INTO "row_hashes" VALUES(9,'sites','130000_linhe','2f5153048662b0ead7d6298346507a7bf51a01bc32e8b19c17d00827be0e59c8');
INSERT INTO "row_hashes" VALUES(10,'crawls','1','8742c61ab6bb33c4506c98ab45b40df39716d6c068941b7320c6b68592822f3a');
INSERT INTO "row_hashes" VALUES(11,'crawls','2','3fc66a376824205ffd13a7338601ecad20451bb489c79c6f6bcfc991398c39c1');
CREATE TABLE search_keys (
    search_key INTEGER PRIMARY KEY, notice_id INTEGER NOT NULL UNIQUE REFERENCES notices (id), published TEXT
);
INSERT INTO "search_keys" VALUES(13592166400,20230101647555,'2023-01-01');
INSERT INTO "search_keys" VALUES(13592166401,20230101590440,'2023-01-01');
CREATE TABLE "segments" (
   "id" TEXT PRIMARY KEY,
   "domain" TEXT,
   "began" TEXT,
   "finished" TEXT,
   "merged" TEXT,
   "documents" INTEGER,
   "passed_over" INTEGER
, journal_sha256 TEXT);
CREATE TABLE "signatures" (
   "notice_id" INTEGER PRIMARY KEY REFERENCES "notices"("id"),
   "text_sha256" TEXT,
   "minhash" BLOB
);
CREATE TABLE "sites" (
   "id" TEXT PRIMARY KEY,
   "name" TEXT NOT NULL,
   "url" TEXT NOT NULL,
   "software" TEXT NOT NULL,
   "division_code" TEXT NOT NULL,
   "area" TEXT,
   "replica" INTEGER NOT NULL,
   "state" TEXT,
   "last_crawl" TEXT,
   "last_success" TEXT,
   "last_new_notice" TEXT
, body TEXT);
INSERT INTO "sites" VALUES('130000_linhe','临河县','http://127.0.0.1:34981/','trs','130000',NULL,1,'live','2026-11-22T15:50:36Z','2026-11-22T15:50:36Z','2026-11-22T15:50:27Z',NULL);
CREATE TABLE "tallies" (
   "name" TEXT PRIMARY KEY,
   "number" INTEGER NOT NULL
);
INSERT INTO "tallies" VALUES('problems',4);
CREATE TABLE "texts" (
   "notice_id" INTEGER PRIMARY KEY REFERENCES "notices"("id"),
   "text" TEXT
);
INSERT INTO "texts" VALUES(20230101590440,'根据县委统一部署，2022年3月1日至4月30日，县委第二巡察组对县水务局党组进行了巡察。2022年6月1日反馈了巡察意见。现将整改情况予以公布。
一、关于“漏损率高”的问题。
整改情况：更换第7段管道，已完成整改。
二、关于“水费收缴不规范”的问题。
整改情况：修订办法一项，已完成整改。');
INSERT INTO "texts" VALUES(20230101647555,'根据县委统一部署，2022年3月1日至4月30日，县委第二巡察组对县水务局党组进行了巡察。2022年6月1日反馈了巡察意见。现将整改情况予以公布。
一、关于“漏损率高”的问题。
整改情况：更换第1段管道，已完成整改。
二、关于“水费收缴不规范”的问题。
整改情况：修订办法一项，已完成整改。');
CREATE TABLE "unparsed" (
   "notice_id" INTEGER REFERENCES "notices"("id"),
   "position" INTEGER,
   "start" INTEGER,
   "end" INTEGER,
   "paragraphs" INTEGER,
   "characters" INTEGER,
   PRIMARY KEY ("notice_id", "position")
);
CREATE TABLE "versions" (
   "notice_id" INTEGER REFERENCES "notices"("id"),
   "version" INTEGER,
   "title" TEXT,
   "text" TEXT,
   "text_sha256" TEXT,
   "first_seen" TEXT,
   "capture_id" TEXT REFERENCES "captures"("id"),
   PRIMARY KEY ("notice_id", "version")
);
INSERT INTO "versions" VALUES(20230101647555,1,'中共临河县第1水务所党支部关于巡察整改情况的通报','根据县委统一部署，2022年3月1日至4月30日，县委第二巡察组对县水务局党组进行了巡察。2022年6月1日反馈了巡察意见。现将整改情况予以公布。
一、关于“漏损率高”的问题。
整改情况：更换第1段管道，已完成整改。
二、关于“水费收缴不规范”的问题。
整改情况：修订办法一项，已完成整改。','23b648aa34f818b3ca2f1a4c9ce7a9f1fcc43b09b30fe9ca2825b898b13f8827','2026-11-22T15:50:26Z','<urn:uuid:998a266d-42a0-4bca-a137-df5dab3d3df2>');
INSERT INTO "versions" VALUES(20230101590440,1,'中共临河县第2水务所党支部关于巡察整改情况的通报','根据县委统一部署，2022年3月1日至4月30日，县委第二巡察组对县水务局党组进行了巡察。2022年6月1日反馈了巡察意见。现将整改情况予以公布。
一、关于“漏损率高”的问题。
整改情况：更换第2段管道，已完成整改。
二、关于“水费收缴不规范”的问题。
整改情况：修订办法一项，已完成整改。','e9daa346d37745d2f0954972a6144551ddd4a55c532a1e45b003921b37761b60','2026-11-22T15:50:26Z','<urn:uuid:b9c8ce3b-3143-492e-b0fc-d17af7f877cd>');
INSERT INTO "versions" VALUES(20230101590440,2,'中共临河县第2水务所党支部关于巡察整改情况的通报','根据县委统一部署，2022年3月1日至4月30日，县委第二巡察组对县水务局党组进行了巡察。2022年6月1日反馈了巡察意见。现将整改情况予以公布。
一、关于“漏损率高”的问题。
整改情况：更换第7段管道，已完成整改。
二、关于“水费收缴不规范”的问题。
整改情况：修订办法一项，已完成整改。','fac419aa8e59a5ad63294a78582f0a29858fc8d335d3b3ec25b1b508f87c08b0','2026-11-22T15:50:34Z','<urn:uuid:cbb005e9-3360-486a-b9a6-3df4791188f7>');
CREATE TABLE "warc_files" (
   "name" TEXT PRIMARY KEY,
   "length" INTEGER NOT NULL,
   "sha256" TEXT NOT NULL
);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX "idx_notices_province"
    ON "notices" ("province");
CREATE INDEX "idx_notices_city"
    ON "notices" ("city");
CREATE INDEX "idx_notices_county"
    ON "notices" ("county");
CREATE INDEX "idx_notices_inspection_level"
    ON "notices" ("inspection_level");
CREATE INDEX "idx_notices_year"
    ON "notices" ("year");
CREATE INDEX "idx_notices_published"
    ON "notices" ("published");
CREATE INDEX "idx_notices_site"
    ON "notices" ("site");
CREATE INDEX "idx_notices_inspected_body"
    ON "notices" ("inspected_body");
CREATE INDEX "idx_notices_state"
    ON "notices" ("state");
CREATE INDEX "idx_addresses_notice_id"
    ON "addresses" ("notice_id");
CREATE INDEX "idx_pages_notice_id"
    ON "pages" ("notice_id");
CREATE INDEX "idx_captures_url"
    ON "captures" ("url");
CREATE INDEX "idx_pages_address_key"
    ON "pages" ("address_key");
CREATE INDEX "idx_addresses_address_key"
    ON "addresses" ("address_key");
CREATE INDEX "idx_signatures_text_sha256"
    ON "signatures" ("text_sha256");
CREATE INDEX "idx_bands_notice_id"
    ON "bands" ("notice_id");
CREATE INDEX "idx_earlier_values_notice_id"
    ON "earlier_values" ("notice_id");
CREATE INDEX "idx_notice_bodies_body_id"
    ON "notice_bodies" ("body_id");
CREATE UNIQUE INDEX "idx_bodies_key"
    ON "bodies" ("key");
CREATE INDEX "idx_notices_first_seen"
    ON "notices" ("first_seen");
CREATE INDEX "idx_problems_leaf_notice_id_status"
    ON "problems" ("leaf", "notice_id", "status");
CREATE INDEX "idx_pages_site_state"
    ON "pages" ("site", "state");
CREATE INDEX "idx_rejections_site_reason"
    ON "rejections" ("site", "reason");
CREATE INDEX "idx_bodies_name"
    ON "bodies" ("name");
CREATE INDEX "idx_crawls_site"
    ON "crawls" ("site");
CREATE UNIQUE INDEX "idx_crawls_link"
    ON "crawls" ("link");
CREATE INDEX "idx_texts_notice_id"
    ON "texts" ("notice_id");
CREATE INDEX "idx_notice_bodies_role_body_id"
    ON "notice_bodies" ("role", "body_id");
CREATE TRIGGER tally_problems_insert AFTER INSERT ON problems BEGIN UPDATE tallies SET number = number + (NEW.leaf IS 1) WHERE name = 'problems'; END;
CREATE TRIGGER tally_problems_delete AFTER DELETE ON problems BEGIN UPDATE tallies SET number = number + -(OLD.leaf IS 1) WHERE name = 'problems'; END;
CREATE TRIGGER tally_problems_update AFTER UPDATE ON problems BEGIN UPDATE tallies SET number = number + (NEW.leaf IS 1) - (OLD.leaf IS 1) WHERE name = 'problems'; END;
CREATE INDEX "idx_captures_site"
    ON "captures" ("site");
CREATE INDEX "idx_row_hashes_table_name_key"
    ON "row_hashes" ("table_name", "key");
CREATE INDEX "idx_captures_crawl_id"
    ON "captures" ("crawl_id");
CREATE UNIQUE INDEX "idx_rereadings_link"
    ON "rereadings" ("link");
CREATE INDEX "idx_problems_status_notice_id_position_leaf"
    ON "problems" ("status", "notice_id", "position", "leaf");
CREATE INDEX "idx_versions_notice_id_first_seen"
    ON "versions" ("notice_id", "first_seen");
CREATE VIEW notice_search AS
SELECT notice_id AS rowid, notices_fts AS notice_search, rank, published
FROM notices_fts CROSS JOIN search_keys ON search_key = notices_fts.rowid;
PRAGMA writable_schema=OFF;
COMMIT;
PRAGMA application_id = 1514619209;
