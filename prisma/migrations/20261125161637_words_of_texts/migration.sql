-- AlterTable: filled for the texts that are there while the column is made.
ALTER TABLE "Example" ADD COLUMN "words" tsvector GENERATED ALWAYS AS (to_tsvector('english'::regconfig, "text")) STORED;
ALTER TABLE "Example" ALTER COLUMN "words" DROP EXPRESSION;

-- DropIndex
DROP INDEX "Example_text_search";

-- CreateIndex
CREATE INDEX "Example_words_idx" ON "Example" USING GIN ("words");

-- Imports bring words that were found while their files were read; everybody else gets them here.
CREATE FUNCTION find_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."words" := to_tsvector('english'::regconfig, NEW."text");
  RETURN NEW;
END
$$;
CREATE TRIGGER find_words BEFORE INSERT ON "Example" FOR EACH ROW WHEN (NEW."words" IS NULL) EXECUTE FUNCTION find_words();

-- An image's grey values are made in another way now: what was hashed before is hashed anew by the next check.
DELETE FROM "ImageHash";
