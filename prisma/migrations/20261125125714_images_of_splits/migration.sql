-- CreateTable
CREATE TABLE "SplitImages" (
    "versionId" UUID NOT NULL,
    "split" "Split" NOT NULL,
    "positions" INTEGER[],

    CONSTRAINT "SplitImages_pkey" PRIMARY KEY ("versionId","split")
);

-- AddForeignKey
ALTER TABLE "SplitImages" ADD CONSTRAINT "SplitImages_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;
