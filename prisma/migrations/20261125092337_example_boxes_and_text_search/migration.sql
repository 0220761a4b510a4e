-- AlterTable
ALTER TABLE "Example" ADD COLUMN     "box" DOUBLE PRECISION[];

-- Search in texts; an expression that the schema cannot name.
CREATE INDEX "Example_text_search" ON "Example" USING GIN (to_tsvector('english'::regconfig, "text"));
