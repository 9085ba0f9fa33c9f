BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'zhenggai','m001_first_schema','2026-11-22 15:53:49.021999+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'zhenggai','m002_search','2026-11-22 15:53:49.022816+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'zhenggai','m003_identity','2026-11-22 15:53:49.028570+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'zhenggai','m004_revisits','2026-11-22 15:53:49.030948+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'zhenggai','m005_reread','2026-11-22 15:53:49.035390+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'zhenggai','m006_facts','2026-11-22 15:53:49.050687+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'zhenggai','m008_pages','2026-11-22 15:53:49.051342+00:00');
CREATE TABLE "addresses" (
   "url" TEXT PRIMARY KEY,
   "notice_id" INTEGER REFERENCES "notices"("id"),
   "first_seen" TEXT
, "address_key" TEXT);
INSERT INTO "addresses" VALUES('http://127.0.0.1:34981/tzgg/t20230101_1.html',20230101647555,'2026-11-22T15:50:26Z','//127.0.0.1:34981/tzgg/t20230101_1.html');
INSERT INTO "addresses" VALUES('http://127.0.0.1:34981/tzgg/t20230102_2.html',20230101590440,'2026-11-22T15:50:26Z','//127.0.0.1:34981/tzgg/t20230102_2.html');
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
);
INSERT INTO "crawls" VALUES(1,'130000_linhe','2026-11-22T15:50:25Z','2026-11-22T15:50:27Z','finished',5,3,2,0,0,0,0);
INSERT INTO "crawls" VALUES(2,'130000_linhe','2026-11-22T15:50:34Z','2026-11-22T15:50:36Z','finished',5,3,0,1,0,0,0);
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
);
INSERT INTO "earlier_values" VALUES(20230101590440,'round','1','0.0.9','2026-11-01T00:00:00Z','0.1.0');
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
PRAGMA writable_schema=ON;
INSERT INTO sqlite_master(type,name,tbl_name,rootpage,sql)VALUES('table','notices_fts','notices_fts',0,'CREATE VIRTUAL TABLE notices_fts USING fts5(
    title, text, content='''',
    tokenize="unicode61 remove_diacritics 0 categories ''L* M* N* P* S* Z* C*'' separators '' ''"
)');
CREATE TABLE 'notices_fts_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO "notices_fts_config" VALUES('version',4);
CREATE TABLE 'notices_fts_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO "notices_fts_data" VALUES(1,X'02308222');
INSERT INTO "notices_fts_data" VALUES(10,X'000000000101010001010101');
INSERT INTO "notices_fts_data" VALUES(137438953473,X'00000C1B05301FE4B88084CCE38093C3280601014B83BE1B0601014B0302BA8C84CCE38093C3280601016E83BE1B0601016E0203E695B484CCE38093C3280801015A2883BE1B0801015A2801022C3284CCE38093C3280601010A83BE1B0601010A0203E58EBF84CCE38093C3280601011A83BE1B0601011A0302B7B284CCE38093C328080101672783BE1B08010167270102303284CCE38093C3280801010C2683BE1B0801010C260203E697A584CCE38093C3280601011883BE1B06010118010431E697A584CCE38093C328080101122683BE1B08010112260302AEB584CCE380978143060101630302B0B484CCE38097814302080102323084CCE38093C3280801010B2683BE1B0801010B2602013284CCE38093C3280801010D2683BE1B0801010D260203E5B9B484CCE38093C3280801010E2683BE1B0801010E260203E6B0B484CCE38093C32802080102333084CCE38093C3280601011783BE1B060101170203E69C8884CCE38093C3280601011083BE1B06010110010434E69C8884CCE38093C3280601011583BE1B06010115010436E69C8884CCE38093C3280601013483BE1B06010134010437E6AEB584CCE38093C3280601016301043AE4BFAE84CCE38093C328080101810583BE1B08010181050203E69BB484CCE38093C3280601015F83BE1B0601015F0106E2809CE6B0B484CCE38093C3280601017383BE1B060101730502BC8F84CCE38093C3280601015083BE1B0601015003049DE79A8484CCE38093C328080101552883BE1B08010155280106E38081E585B384CCE38093C3280801014D2583BE1B0801014D250302821E84CCE38093C328080101811283BE1B080101811204011F84CCE38093C3280C01014A11161483BE1B0C01014A11161404013284CCE38093C3280601012E83BE1B0601012E0403E78EB084CCE38093C3280601013F83BE1B0601013F0106E4B880E3808184CCE38093C3280601014C83BE1B0601014C0403E983A884CCE38093C3280601010783BE1B060101070502A1B984CCE38093C328080101810A83BE1B080101810A03048DE8A78484CCE38093C3280601017883BE1B060101780304ADE585B184CCE38093C328020283BE1B02020304B4E6B2B384CCE38093C328020483BE1B02040205BA86E5B7A184CCE38093C3280801012B1183BE1B0801012B11030488E4BBA584CCE38093C3280601014683BE1B0601014603048CE3808184CCE38093C3280601016F83BE1B0601016F0403E5B7A184CCE38093C3280601011E83BE1B0601011E03048EE2809C84CCE38093C3280801014F2583BE1B0801014F250403E5B7A184CCE38093C328021083BE1B02100205BBA5E585AC84CCE38093C3280601014783BE1B060101470205BFAEE8AEA284CCE38093C328080101810683BE1B08010181060106E5859AE694AF84CCE38093C328020C83BE1B020C0403E7BB8484CCE38093C3280601012783BE1B060101270304ACE5B88384CCE38093C3280601014883BE1B060101480304B1E4B8B484CCE38093C328020383BE1B02030304B3E4BA8E84CCE38093C3280A0F01014E2583BE1B0A0F01014E25020386B53A84CCE38093C3280801015E2883BE1B0801015E280403E4BA8884CCE38093C3280601014583BE1B060101450403E79A8484CCE38093C328021683BE1B021602058A9EE6B39584CCE38093C328080101810883BE1B08010181080304A1E5B18084CCE38093C3280601012583BE1B060101250403E6898084CCE38093C328020A83BE1B020A02058EBFE5A79484CCE38093C328080101041983BE1B08010104190403E6B0B484CCE38093C3280601012383BE1B060101230403E7ACAC84CCE38093C328020683BE1B020602058F8DE9A68884CCE38093C3280601013883BE1B060101380205A794E7ACAC84CCE38093C3280601011C83BE1B0601011C0502BB9F84CCE38093C3280601010583BE1B060101050205AE8CE6889084CCE38093C328080101692783BE1B08010169270205AF9FE3808284CCE38093C3280601012D83BE1B0601012D0403E6848F84CCE38093C3280601013C83BE1B0601013C050295B484CCE38093C328021283BE1B02120403E7BB8484CCE38093C3280601012083BE1B060101200304B9E58EBF84CCE38093C3280601012283BE1B060101220205B086E695B484CCE38093C3280601014183BE1B060101410205B180E5859A84CCE38093C3280601012683BE1B060101260205B7A1E5AF9F84CCE38093C3280C1101011F0F1183BE1B0C1101011F0F110304B2E5AE8C84CCE38093C328080101682783BE1B08010168270205B883E3808284CCE38093C3280601014983BE1B060101490203B9B43384CCE38093C3280601010F83BE1B0601010F04013684CCE38093C3280601013383BE1B060101330106E68385E586B584CCE38093C3280C150101441B2883BE1B0C150101441B280205848FE8A78184CCE38093C3280601013D83BE1B0601013D02058890E695B484CCE38093C3280801016A2783BE1B0801016A2702058980E5859A84CCE38093C328020B83BE1B020B02038AA51E84CCE38093C328021983BE1B021902058D9FE78E8784CCE38093C3280601015283BE1B060101520304A2E7ACAC84CCE38093C3280601016183BE1B060101610304AEE58EBF84CCE38093C3280601010383BE1B06010103020594AFE983A884CCE38093C328020D83BE1B020D0304B6E7BCB484CCE38093C3280601017683BE1B060101760304B9E3808284CCE38093C3280801016C2783BE1B0801016C270403E6838584CCE38093C3280C140101431B2883BE1B0C140101431B28020595B4E694B984CCE38093C32810130101421B12181183BE1B10130101421B121811020397A52C84CCE38093C3280601011983BE1B060101190403E58F8D84CCE38093C3280601013783BE1B060101370403E887B384CCE38093C3280601011383BE1B0601011302059BB4E68DA284CCE38093C3280601016083BE1B0601016002039C883184CCE38093C328080101112683BE1B080101112604013384CCE38093C3280601011683BE1B060101160205A0B9E68DAE84CCE38093C3280601010283BE1B060101020205AEB5E7AEA184CCE38093C3280601016483BE1B060101640205B0B4E58AA184CCE38093C328080901012483BE1B08090101240403E8B4B984CCE38093C3280601017483BE1B060101740205B2B3E58EBF84CCE38093C328020583BE1B02050205B395E4B88084CCE38093C328080101810983BE1B08010181090205BC8FE68D9F84CCE38093C3280601015183BE1B060101510106E78E87E9AB9884CCE38093C3280601015383BE1B060101530304B0E5B08684CCE38093C3280601014083BE1B0601014002059A84E9809A84CCE38093C328021783BE1B0217050297AE84CCE38093C328080101562883BE1B08010156280203ACAC3184CCE380978143080701016204013284CCE38093C328020704013784CCE38093C328060101620403E4BA8C84CCE38093C3280601011D83BE1B0601011D0205AEA1E9819384CCE38093C3280601016583BE1B060101650205BB84E5AFB984CCE38093C3280601012183BE1B060101210403E8BF9B84CCE38093C3280601012883BE1B0601012803049FE4B88084CCE38093C3280601010683BE1B060101060205BCB4E4B88D84CCE38093C3280601017783BE1B060101770203BDB22C84CCE38093C3280601010983BE1B060101090104E887B33484CCE38093C3280601011483BE1B0601011402058C83E2809D84CCE38093C3280601017A83BE1B0601017A0205A18CE4BA8684CCE38093C3280601012A83BE1B0601012A0205A781E3808284CCE38093C3280601013E83BE1B0601013E030484E88C8384CCE38093C3280601017983BE1B060101790205AEA2E58A9E84CCE38093C328080101810783BE1B08010181070205B4B9E694B684CCE38093C3280601017583BE1B060101750205BF9BE8A18C84CCE38093C3280601012983BE1B060101290106E9809AE68AA584CCE38093C328021883BE1B0218020381932C84CCE38093C3280601016683BE1B06010166020583A8E585B384CCE38093C328020E83BE1B020E0403E7BDB284CCE38093C3280601010883BE1B06010108020597AEE9A29884CCE38093C328080101572883BE1B08010157280203A1B92C84CCE38093C328080101810B83BE1B080101810B0205A298E3808284CCE38093C328080101582883BE1B08010158280205A688E4BA8684CCE38093C3280601013983BE1B060101390205AB98E2809D84CCE38093C3280601015483BE1B060101540418161916171818171A0F0D1817190E16171818111A171A161A1C181B15171A17181814141B1818171A13191B161718141C1917131B18131B17131919161B191712171819191F1A19171520191B151319181815181A1D2317171719191519191B17151B191A181518110C0E1719191718191718191919181B1919161715171B191B19');
CREATE TABLE 'notices_fts_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO "notices_fts_docsize" VALUES(20230101590440,X'188111');
INSERT INTO "notices_fts_docsize" VALUES(20230101647555,X'188111');
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
CREATE INDEX "idx_problems_status"
    ON "problems" ("status");
CREATE INDEX "idx_pages_site_state"
    ON "pages" ("site", "state");
CREATE INDEX "idx_rejections_site_reason"
    ON "rejections" ("site", "reason");
CREATE INDEX "idx_bodies_name"
    ON "bodies" ("name");
PRAGMA writable_schema=OFF;
COMMIT;
PRAGMA application_id = 1514619209;
